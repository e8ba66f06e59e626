//! Pictures small enough for a repository: 256 colours are plenty for a page.

use std::collections::HashMap;
use std::io::Cursor;

type Colour = [u8; 3];

/// The same picture with its most frequent colours, and the nearest of them for all others.
pub(crate) fn few_colours(picture: &[u8]) -> Vec<u8> {
    let mut reader = png::Decoder::new(Cursor::new(picture));
    reader.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = reader.read_info().expect("a picture");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("its pixels");
    let channels = info.color_type.samples();
    let colours: Vec<Colour> = pixels
        .chunks_exact(channels)
        .filter_map(|pixel| pixel.first_chunk::<3>().copied())
        .collect();

    let mut times: HashMap<Colour, usize> = HashMap::new();
    for colour in &colours {
        *times.entry(*colour).or_default() += 1;
    }
    let mut frequent: Vec<(usize, Colour)> = times.iter().map(|(c, n)| (*n, *c)).collect();
    frequent.sort_unstable_by(|one, other| other.cmp(one));
    let palette: Vec<Colour> = frequent
        .iter()
        .take(256)
        .map(|(_, colour)| *colour)
        .collect();
    let nearest: HashMap<Colour, u8> = times
        .keys()
        .map(|colour| {
            let distances = palette.iter().map(|other| distance(*colour, *other));
            let nearest = distances.enumerate().min_by_key(|(_, distance)| *distance);
            let index = nearest.map_or(0, |(index, _)| index);
            (*colour, u8::try_from(index).unwrap_or(u8::MAX))
        })
        .collect();
    let indexed: Vec<u8> = colours
        .iter()
        .filter_map(|c| nearest.get(c).copied())
        .collect();

    let mut small = Vec::new();
    let mut encoder = png::Encoder::new(&mut small, info.width, info.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&indexed).expect("its pixels");
    writer.finish().expect("its end");
    small
}

fn distance(one: Colour, other: Colour) -> u32 {
    let pairs = one.into_iter().zip(other);
    pairs
        .map(|(one, other)| u32::from(one.abs_diff(other)).pow(2))
        .sum()
}
