//! Whatever the sizes of lines, reads and blocks: every line once, in order.

#![allow(clippy::arithmetic_side_effects, reason = "a test may stop at the first surprise")]

use super::*;

/// Gives at most `piece` bytes at a time, and an error at the end if `fails`.
struct Pieces<'a> {
    rest: &'a [u8],
    piece: usize,
    fails: bool,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() && self.fails {
            return Err(io::Error::other("the disk is gone"));
        }
        let length = self.piece.min(self.rest.len()).min(buffer.len());
        let (now, later) = self.rest.split_at(length);
        buffer[..length].copy_from_slice(now);
        self.rest = later;
        Ok(length)
    }
}

/// Writes so many bytes, then refuses.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn echo(line: Line<'_>, results: &mut Vec<u8>, lines: &mut usize) {
    *lines += 1;
    results.extend_from_slice(line.number.to_string().as_bytes());
    results.push(b' ');
    results.extend_from_slice(line.bytes);
    results.push(b'\n');
}

fn run(threads: usize, longest: usize, reader: Pieces<'_>) -> (String, usize, Result<(), Ended>) {
    let mut written = Vec::new();
    let (counts, result) = each_line(threads, longest, reader, &mut written, echo);
    assert_eq!(counts.len(), threads);
    (String::from_utf8(written).expect("UTF-8"), counts.iter().sum(), result)
}

#[test]
fn every_line_once_in_order() {
    let long = "x".repeat(3 * BLOCK);
    let many: String = (0..200_000).map(|number| format!("line {number}\n")).collect();
    for text in
        ["", "\n", "a", "a\n", "a\r\nb", "\n\n\r\n\na", "a\n\n", &long, &format!("a\n{long}\nb\n"), &many]
    {
        let lines = text.split_terminator('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        let wanted: String = lines.zip(1..).map(|(line, number)| format!("{number} {line}\n")).collect();
        for threads in 1..=4 {
            for piece in [1, 7, 4096, usize::MAX] {
                if text.len() / piece > 100_000 {
                    continue;
                }
                let reader = Pieces { rest: text.as_bytes(), piece, fails: false };
                let (written, lines, result) = run(threads, usize::MAX, reader);
                assert!(result.is_ok());
                assert_eq!(lines, wanted.lines().count());
                assert!(written == wanted, "{} bytes, {threads} threads, {piece} a read", text.len());
            }
        }
    }
}

#[test]
fn long_lines_are_cut() {
    let text = "abcdefgh\nab\nabcdefghijklmnopq\n\nabcdefg";
    for piece in 1..=4 {
        let (written, ..) = run(2, 5, Pieces { rest: text.as_bytes(), piece, fails: false });
        assert_eq!(written, "1 abcde\n2 ab\n3 abcde\n4 \n5 abcde\n", "{piece} a read");
    }
}

#[test]
fn what_was_read_before_an_error_is_not_lost() {
    let (written, _, result) = run(2, usize::MAX, Pieces { rest: b"a\nb\nc", piece: 2, fails: true });
    assert_eq!(written, "1 a\n2 b\n3 c\n");
    assert!(matches!(result, Err(Ended::Reading(_))));
}

#[test]
fn stops_where_nobody_reads() {
    let text = "line\n".repeat(10_000);
    let reader = Pieces { rest: text.as_bytes(), piece: 10, fails: false };
    let (counts, result) = each_line(3, usize::MAX, reader, &mut Full(100), echo);
    assert!(matches!(result, Err(Ended::Writing(error)) if error.kind() == io::ErrorKind::BrokenPipe));
    assert!(counts.iter().sum::<usize>() < 1000, "it went on working");
}

#[test]
#[should_panic(expected = "line 500")]
fn a_panic_ends_it() {
    let text = "line\n".repeat(1000);
    let work = |line: Line<'_>, _: &mut Vec<u8>, _: &mut ()| assert_ne!(line.number, 500, "line 500");
    let reader = Pieces { rest: text.as_bytes(), piece: 5, fails: false };
    let _ = each_line(4, usize::MAX, reader, &mut Vec::new(), work);
}
