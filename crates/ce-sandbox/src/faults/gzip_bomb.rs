use flate2::{Compress, Compression, Crc, FlushCompress};

const MEBIBYTE: usize = 1 << 20;
const MEBIBYTES: usize = 64;

/// The JSON behind 64 MiB of spaces, compressed by gzip.
///
/// A mebibyte is compressed once, and its bytes are repeated: to compress all of it would take
/// seconds.
pub(super) fn wrap(json: &[u8]) -> Vec<u8> {
    let spaces = vec![b' '; MEBIBYTE];
    // A header without a name or a time.
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut checksum = Crc::new();
    let mut one = Crc::new();
    one.update(&spaces);
    let spaces = deflate(&spaces, FlushCompress::Full);
    for _ in 0..MEBIBYTES {
        gzip.extend_from_slice(&spaces);
        checksum.combine(&one);
    }
    let mut end = Crc::new();
    end.update(json);
    checksum.combine(&end);
    gzip.extend_from_slice(&deflate(json, FlushCompress::Finish));
    gzip.extend_from_slice(&checksum.sum().to_le_bytes());
    gzip.extend_from_slice(&checksum.amount().to_le_bytes());
    gzip
}

/// Ends on a byte's boundary, and refers to nothing before it.
fn deflate(data: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut compress = Compress::new(Compression::best(), false);
    // Never full, so one call writes everything.
    let mut deflated = Vec::with_capacity(data.len() + 1024);
    let _ = compress.compress_vec(data, &mut deflated, flush);
    deflated
}
