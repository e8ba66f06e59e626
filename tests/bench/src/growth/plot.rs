//! A curve as a table, and as a plot.

use std::ops::Range;
use std::path::Path;

use plotters::prelude::*;

const COLORS: [RGBColor; 2] = [RGBColor(0, 114, 178), RGBColor(213, 94, 0)];

/// Two lines over one size, both axes logarithmic.
pub struct Plot {
    file: String,
    x: &'static str,
    lines: [&'static str; 2],
    points: Vec<(f64, [f64; 2])>,
}

impl Plot {
    pub fn begin(file: String, x: &'static str, lines: [&'static str; 2]) -> Self {
        println!("| {x} | {} |\n| --- | --- | --- |", lines.join(" | "));
        Self {
            file,
            x,
            lines,
            points: Vec::new(),
        }
    }

    /// Prints a line of the table.
    pub fn add(&mut self, x: usize, values: [f64; 2]) {
        println!("| {x} | {:.1} | {:.1} |", values[0], values[1]);
        self.points
            .push((x as f64, values.map(|value| value.max(0.1))));
    }

    pub fn draw(&self) -> Result<(), Box<dyn std::error::Error>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plots");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(&self.file).with_extension("svg");
        let area = SVGBackend::new(&path, (640, 400)).into_drawing_area();
        area.fill(&WHITE)?;
        let x = range(self.points.iter().map(|(x, _)| *x));
        let y = range(self.points.iter().flat_map(|(_, values)| *values));
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
        for (line, color) in COLORS.into_iter().enumerate() {
            let points = self.points.iter().map(|(x, values)| (*x, values[line]));
            chart
                .draw_series(LineSeries::new(points, color.stroke_width(2)).point_size(3))?
                .label(self.lines[line])
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color));
        }
        chart
            .configure_series_labels()
            .background_style(WHITE.mix(0.8))
            .draw()?;
        area.present()?;
        Ok(())
    }
}

fn range(values: impl Iterator<Item = f64> + Clone) -> Range<f64> {
    let least = values.clone().fold(f64::INFINITY, f64::min);
    least * 0.8..values.fold(0.0, f64::max) * 1.3
}
