//! A curve as a table, and as a plot.

use std::ops::Range;
use std::path::Path;

use plotters::prelude::*;

/// Okabe and Ito's, which everybody can tell apart.
const COLORS: [RGBColor; 5] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
];

/// Lines over one size, both axes logarithmic.
pub struct Plot<'a> {
    file: String,
    x: &'a str,
    lines: &'a [&'a str],
    points: Vec<(f64, Vec<f64>)>,
}

impl<'a> Plot<'a> {
    pub fn begin(file: String, x: &'a str, lines: &'a [&'a str]) -> Self {
        println!("| {x} | {} |", lines.join(" | "));
        println!("| --- |{}", " --- |".repeat(lines.len()));
        Self {
            file,
            x,
            lines,
            points: Vec::new(),
        }
    }

    /// Prints a line of the table.
    pub fn add(&mut self, x: usize, values: Vec<f64>) {
        let printed: Vec<_> = values.iter().map(|value| format!("{value:.1}")).collect();
        println!("| {x} | {} |", printed.join(" | "));
        self.points.push((x as f64, values));
    }

    pub fn draw(&self) -> Result<(), Box<dyn std::error::Error>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plots");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(&self.file).with_extension("svg");
        let area = SVGBackend::new(&path, (640, 400)).into_drawing_area();
        area.fill(&WHITE)?;
        let x = range(self.points.iter().map(|(x, _)| *x));
        let y = range(self.points.iter().flat_map(|(_, values)| values).copied());
        let y = y.start..y.end * 4.0; // room for the names
        let mut chart = ChartBuilder::on(&area)
            .margin(12)
            .x_label_area_size(36)
            .y_label_area_size(60)
            .build_cartesian_2d(x.log_scale(), y.log_scale())?;
        chart
            .configure_mesh()
            .x_desc(self.x)
            .light_line_style(WHITE)
            .draw()?;
        for (line, (label, color)) in self.lines.iter().zip(COLORS).enumerate() {
            // A logarithmic axis has no zero.
            let points = self
                .points
                .iter()
                .map(|(x, values)| (*x, values[line].max(0.1)));
            chart
                .draw_series(LineSeries::new(points, color.stroke_width(2)).point_size(3))?
                .label(*label)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color));
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .draw()?;
        area.present()?;
        Ok(())
    }
}

fn range(values: impl Iterator<Item = f64> + Clone) -> Range<f64> {
    let least = values.clone().fold(f64::INFINITY, f64::min).max(0.1);
    least * 0.8..values.fold(0.0, f64::max) * 1.3
}
