//! The plots: time per instance against the size of the answer, and flows per second against
//! concurrency.

use std::ops::Range;
use std::path::{Path, PathBuf};

use plotters::prelude::*;

use crate::effort::Effort;
use crate::{documents, flows, model};

/// One line of a plot.
struct Line {
    name: &'static str,
    color: RGBColor,
    points: Vec<(f64, f64)>,
}

const OURS: RGBColor = RGBColor(0, 114, 178);
const THEIRS: RGBColor = RGBColor(213, 94, 0);
const DROPPING: RGBColor = RGBColor(128, 128, 128);

/// Measures what is shown, and draws it.
pub fn run(effort: Effort) -> Result<bool, String> {
    draw(
        "decoding.svg",
        "Decoding an instance",
        ("size of the answer, bytes", "µs"),
        &decoding(effort),
    )
    .map_err(|error| error.to_string())?;
    draw(
        "flows-async.svg",
        "Flows per second, async",
        ("at a time", "flows per second"),
        &on_async(effort),
    )
    .map_err(|error| error.to_string())?;
    draw(
        "flows-blocking.svg",
        "Flows per second, blocking",
        ("threads", "flows per second"),
        &on_threads(effort),
    )
    .map_err(|error| error.to_string())?;
    Ok(true)
}

fn decoding(effort: Effort) -> [Line; 3] {
    let mut lines = [
        line("ours, lossless", OURS),
        line("serde_json::Value", THEIRS),
        line("struct that drops the unknown", DROPPING),
    ];
    for text in documents::SIZES.map(documents::instance) {
        let times = model::decoding(effort, &text);
        for (contestant, line) in lines.iter_mut().enumerate() {
            line.points
                .push((text.len() as f64, times.median(contestant) / 1e3));
        }
    }
    lines
}

fn on_async(effort: Effort) -> [Line; 2] {
    let mut lines = [line("ce-async", OURS), line("reqwest by hand", THEIRS)];
    for at_a_time in [1, 4, 16, 64] {
        let times = flows::on_async(effort, at_a_time);
        for (contestant, line) in lines.iter_mut().enumerate() {
            line.points
                .push((at_a_time as f64, 1e9 / times.median(contestant)));
        }
    }
    lines
}

fn on_threads(effort: Effort) -> [Line; 2] {
    let mut lines = [line("ce-blocking", OURS), line("ureq by hand", THEIRS)];
    for threads in [1, 2, 4, 8, 16] {
        let times = flows::on_threads(effort, threads, false);
        for (contestant, line) in lines.iter_mut().enumerate() {
            line.points
                .push((threads as f64, 1e9 / times.median(contestant)));
        }
    }
    lines
}

fn line(name: &'static str, color: RGBColor) -> Line {
    Line {
        name,
        color,
        points: Vec::new(),
    }
}

fn draw(
    file: &str,
    title: &str,
    axes: (&str, &str),
    lines: &[Line],
) -> Result<(), Box<dyn std::error::Error>> {
    let path = folder().join(file);
    let area = SVGBackend::new(&path, (640, 400)).into_drawing_area();
    area.fill(&WHITE)?;
    let all = || lines.iter().flat_map(|line| &line.points);
    let x = range(all().map(|point| point.0));
    // Flows begin at nothing; times over a hundredfold of sizes need both axes logarithmic.
    let mut chart = ChartBuilder::on(&area);
    chart
        .caption(title, ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(60);
    let logarithmic = file == "decoding.svg";
    let y = range(all().map(|point| point.1));
    let y = if logarithmic { y } else { 0.0..y.end };
    macro_rules! draw_into {
        ($chart:expr) => {{
            let mut chart = $chart;
            chart
                .configure_mesh()
                .x_desc(axes.0)
                .y_desc(axes.1)
                // On a logarithmic axis there are more marks than have room for a number.
                .x_label_formatter(&|x| round(*x).unwrap_or_default())
                .y_label_formatter(&|y| format!("{y}"))
                .light_line_style(WHITE)
                .draw()?;
            for line in lines {
                let color = line.color;
                chart
                    .draw_series(
                        LineSeries::new(line.points.iter().copied(), color.stroke_width(2))
                            .point_size(3),
                    )?
                    .label(line.name)
                    .legend(move |(x, y)| {
                        PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2))
                    });
            }
            let corner = if logarithmic {
                SeriesLabelPosition::UpperLeft
            } else {
                SeriesLabelPosition::LowerRight
            };
            chart
                .configure_series_labels()
                .position(corner)
                .background_style(WHITE.mix(0.8))
                .draw()?;
        }};
    }
    if logarithmic {
        draw_into!(chart.build_cartesian_2d(x.log_scale(), y.log_scale())?);
    } else {
        draw_into!(chart.build_cartesian_2d(x.log_scale(), y)?);
    }
    area.present()?;
    println!("{}", path.display());
    Ok(())
}

fn range(values: impl Iterator<Item = f64> + Clone) -> Range<f64> {
    let least = values.clone().fold(f64::INFINITY, f64::min);
    least * 0.9..values.fold(0.0, f64::max) * 1.1
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("plots")
}

/// One, two and five, and what they are ten, a hundred and a thousand times of.
fn round(number: f64) -> Option<String> {
    let tens = 10_f64.powf(number.log10().floor());
    let first = (number / tens).round();
    [1.0, 2.0, 5.0]
        .contains(&first)
        .then(|| format!("{number}"))
}
