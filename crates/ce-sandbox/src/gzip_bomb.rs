use bytes::Bytes;

/// How many runs of 258 spaces come after the first space: 64 MiB in all, and a little. A multiple
/// of four, so that they fill their bytes.
const RUNS: usize = 260_112;

/// How many spaces that is.
pub(crate) const SPACES: usize = 1 + 258 * RUNS;

/// The CRC-32 of so many spaces.
const CRC_OF_SPACES: u32 = 0x141f_6f36;

/// `rest` after 64 MiB of spaces, as a gzip file of some 64 KiB.
///
/// Written out rather than compressed, for that takes its time.
pub(crate) fn wrap(rest: &[u8]) -> Bytes {
    let mut bits = Bits::default();
    // A block with a code of its own, in which "the same 258 bytes again" takes two zero bits.
    bits.put(0b100, 3);
    // How many codes there are for literals and lengths, for distances, and for their lengths.
    bits.put(286 - 257, 5);
    bits.put(0, 5);
    bits.put(18 - 4, 4);
    // The lengths of the codes for lengths, in the order that the format gives them: "many zeros"
    // has one bit, 2 and 1 have two.
    for length in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2] {
        bits.put(length, 3);
    }
    const ONE: u32 = 0b01;
    const TWO: u32 = 0b11;
    let zeros = |bits: &mut Bits, count: u32| {
        bits.put(0, 1);
        bits.put(count - 11, 7);
    };
    // Literals: the space has two bits, as has the block's end; the longest run has one.
    zeros(&mut bits, 32);
    bits.put(TWO, 2);
    zeros(&mut bits, 138);
    zeros(&mut bits, 223 - 138);
    bits.put(TWO, 2);
    zeros(&mut bits, 28);
    bits.put(ONE, 2);
    // Distances: one back has one bit.
    bits.put(ONE, 2);

    // The first space, the runs, and the block's end.
    bits.put(0b01, 2);
    bits.put_zero_bytes(RUNS / 4);
    bits.put(0b11, 2);

    // What is left is stored as it is; an empty block is marked as the last.
    for chunk in rest.chunks(0xffff).chain([&[][..]]) {
        bits.put(u32::from(chunk.is_empty()), 3);
        bits.align();
        let length = chunk.len() as u16;
        bits.bytes.extend_from_slice(&length.to_le_bytes());
        bits.bytes.extend_from_slice(&(!length).to_le_bytes());
        bits.bytes.extend_from_slice(chunk);
    }

    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    file.append(&mut bits.bytes);
    file.extend_from_slice(&crc(CRC_OF_SPACES, rest).to_le_bytes());
    file.extend_from_slice(&((SPACES + rest.len()) as u32).to_le_bytes());
    file.into()
}

/// Goes on with the CRC-32 of what came before.
fn crc(before: u32, bytes: &[u8]) -> u32 {
    let mut crc = !before;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let mask = (crc & 1).wrapping_neg();
            crc = (crc >> 1) ^ (0xedb8_8320 & mask);
        }
    }
    !crc
}

/// Bits put into bytes from the lowest up.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, width: u32) {
        self.pending |= value << self.count;
        self.count += width;
        while self.count >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// The same as so many times eight zero bits, of which there is one at least.
    fn put_zero_bytes(&mut self, count: usize) {
        self.put(0, 8);
        self.bytes.resize(self.bytes.len() + count - 1, 0);
    }

    fn align(&mut self) {
        self.put(0, (8 - self.count) % 8);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn it_expands_to_the_spaces_and_the_rest() {
        let rest = [b"[", &b"\"x\",".repeat(30_000)[..], b"0]"].concat();
        let file = wrap(&rest);
        assert!(file.len() < rest.len() + 70_000, "{}", file.len());
        let mut expanded = Vec::with_capacity(SPACES + rest.len());
        // It checks the checksum and the length, too.
        flate2::read::GzDecoder::new(&file[..])
            .read_to_end(&mut expanded)
            .unwrap();
        assert_eq!(expanded.len(), SPACES + rest.len());
        const { assert!(SPACES >= 64 << 20) };
        assert!(expanded[..SPACES].iter().all(|byte| *byte == b' '));
        assert!(expanded[SPACES..] == rest);
    }
}
