//! What a server said, in columns or as a line of JSON.

use crate::output::printable;
use turnwise::RawJson;

/// Rows in columns, each row with a line end. What the server said cannot steer the terminal or break a line.
pub(crate) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let rows: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(|cell| one_line(cell))).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// `text` on one line.
fn one_line(text: &str) -> String {
    printable(text).replace('\n', " ")
}

/// A JSON value on one line, with a line end.
pub(crate) fn json_line(json: &str) -> String {
    RawJson::new(json).map_or_else(String::new, |json| json.as_str().to_owned() + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        let rows = [row(["a", "über", ""]), row(["long", "x\ny\u{1b}", "end"])];
        assert_eq!(table(&rows), "a     über\nlong  x y\u{FFFD}  end\n");
    }

    #[test]
    fn a_line() {
        assert_eq!(json_line("{\n \"a\": \"b\\nc\"\n}"), "{\"a\":\"b\\nc\"}\n");
    }
}
