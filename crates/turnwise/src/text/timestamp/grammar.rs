//! The grammar of times, a function a production; `chrono` says which of them exist.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, tag_no_case, take_while_m_n, take_while1},
    character::complete::{char, one_of, satisfy},
    combinator::{map, map_opt, map_res, not, opt, value},
    sequence::{preceded, terminated},
};

use super::{Numeric, Time};

type Read<'a, T> = IResult<&'a str, T>;

/// A date as far as its own text tells.
#[derive(Clone, Copy)]
enum Day {
    Known(NaiveDate),
    Open {
        first: u32,
        second: u32,
        year: i32,
        short_year: bool,
        dotted: bool,
    },
    /// A day without a year, or a word such as `Today`.
    Relative,
    /// No such day exists.
    Invalid,
}

/// time = clock ("," blanks date / [until]) / date [joint clock], for a text that begins with a digit.
pub(super) fn number_first(input: &str) -> Read<'_, Time> {
    if let Ok((rest, clock)) = clock(input) {
        let date = alt((year_first, numbers, month_day, day_month));
        let dated = preceded((char(','), blanks), date).parse(rest);
        return Ok(match dated {
            Ok((rest, day)) => (rest, clock.on(day)),
            Err(_) => (until(&clock, rest).map_or(rest, |(rest, _)| rest), clock.alone()),
        });
    }
    let (rest, day) = alt((year_first, numbers, day_month, yearless)).parse(input)?;
    with_clock(day, rest)
}

/// time = [weekday [","] blanks] date [joint clock] / day-word joint clock, for a text that begins with a letter.
pub(super) fn word_first(input: &str) -> Read<'_, Time> {
    let (rest, day) = month_day(input).or_else(|_| {
        let (rest, _) = day_word(input)?;
        let date = alt((month_day, day_month, year_first, numbers));
        let dated = preceded((opt(char(',')), blanks), date).parse(rest);
        Ok(dated.unwrap_or((rest, Day::Relative)))
    })?;
    with_clock(day, rest)
}

/// [joint clock], which a date with a full year can do without.
fn with_clock(day: Day, input: &str) -> Read<'_, Time> {
    if let Ok((rest, clock)) = preceded(joint, clock).parse(input) {
        return Ok((rest, clock.on(day)));
    }
    match day {
        Day::Known(_) | Day::Open { short_year: false, .. } => Ok((input, Time::Date)),
        Day::Invalid => Ok((input, Time::Invalid)),
        Day::Open { .. } | Day::Relative => failure(input),
    }
}

fn failure<T>(input: &str) -> Read<'_, T> {
    Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Alt)))
}

// ---- days

/// year-first = 4DIGIT sep 1*2DIGIT sep 1*2DIGIT ; the same separator twice
fn year_first(input: &str) -> Read<'_, Day> {
    let (rest, (year, sep, month)) = (number(4, 4), separator, number(1, 2)).parse(input)?;
    let (rest, day) = preceded(char(sep), number(1, 2)).parse(rest)?;
    Ok((rest, known(year, month, day)))
}

/// numbers = 1*2DIGIT sep 1*2DIGIT sep (4DIGIT / 2DIGIT)
fn numbers(input: &str) -> Read<'_, Day> {
    let (rest, (first, sep, second)) = (number(1, 2), separator, number(1, 2)).parse(input)?;
    let short = map(short_year, |year| (year, true));
    let full = map(number(4, 4), |year| (year, false));
    let (rest, (year, short_year)) = preceded(char(sep), alt((full, short))).parse(rest)?;
    let year = i32::try_from(year).unwrap_or_default();
    let exists = |month, day| NaiveDate::from_ymd_opt(year, month, day).is_some();
    let day = if exists(second, first) || exists(first, second) {
        Day::Open { first, second, year, short_year, dotted: sep == '.' }
    } else {
        Day::Invalid
    };
    Ok((rest, day))
}

/// yearless = 1*2DIGIT "/" 1*2DIGIT ; day and month in either order
fn yearless(input: &str) -> Read<'_, Day> {
    let pair = (terminated(number(1, 2), char('/')), number(1, 2));
    let exists = |(first, second)| matches!((first, second), (1..=12, 1..=31) | (1..=31, 1..=12));
    map_opt(pair, |pair| exists(pair).then_some(Day::Relative)).parse(input)
}

/// month-day = month blanks 1*2DIGIT ["st" / "nd" / "rd" / "th"] [[","] blanks 4DIGIT]
fn month_day(input: &str) -> Read<'_, Day> {
    let ordinal = alt((tag("st"), tag("nd"), tag("rd"), tag("th")));
    let (rest, (month, _, day, _)) = (month, blanks, number(1, 2), opt(ordinal)).parse(input)?;
    named(month, day, rest)
}

/// day-month = 1*2DIGIT ["."] (blanks / "-") month [([","] blanks / "-") 4DIGIT / "-" 2DIGIT]
fn day_month(input: &str) -> Read<'_, Day> {
    let gap = alt((blanks, tag("-")));
    let (rest, (day, _, _, month)) = (number(1, 2), opt(char('.')), gap, month).parse(input)?;
    match preceded(char('-'), short_year).parse(rest) {
        Ok((rest, year)) => Ok((rest, known(year, month, day))),
        Err(_) => named(month, day, rest),
    }
}

fn named(month: u32, day: u32, input: &str) -> Read<'_, Day> {
    let gap = alt((preceded(opt(char(',')), blanks), tag("-")));
    let (rest, year) = opt(preceded(gap, terminated(number(4, 4), not(char(':'))))).parse(input)?;
    Ok((rest, year.map_or(Day::Relative, |year| known(year, month, day))))
}

/// short-year = 2DIGIT ; from 1970 to 2069
fn short_year(input: &str) -> Read<'_, u32> {
    map(number(2, 2), |year| if year < 70 { 2000_u32 } else { 1900 }.saturating_add(year)).parse(input)
}

fn known(year: u32, month: u32, day: u32) -> Day {
    let date = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    date.map_or(Day::Invalid, Day::Known)
}

/// month = an English name or its first three letters, ["."]
fn month(input: &str) -> Read<'_, u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let number = |word: &str| {
        let fits = |name: &&'static str| {
            let short = word.len() == 3 || word.eq_ignore_ascii_case("sept");
            name.get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word) && (short || name.len() == word.len()))
        };
        let index = MONTHS.iter().position(fits)?;
        u32::try_from(index).ok()?.checked_add(1)
    };
    terminated(map_opt(word, number), opt(char('.'))).parse(input)
}

/// day-word = "Today" / "Yesterday" / the English name of a weekday or its first three letters
fn day_word(input: &str) -> Read<'_, ()> {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    map_opt(word, |word| {
        let weekday = |name: &&str| {
            let fits = name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
            fits && (word.len() == 3 || word.len() == name.len())
        };
        let other = ["today", "yesterday"].iter().any(|name| name.eq_ignore_ascii_case(word));
        (other || DAYS.iter().any(weekday)).then_some(())
    })
    .parse(input)
}

fn word(input: &str) -> Read<'_, &str> {
    take_while_m_n(3, 9, |c: char| c.is_ascii_alphabetic()).parse(input)
}

// ---- times of day

/// Groups of digits with colons between, and what follows them.
struct Clock {
    first: u32,
    second: u32,
    third: Option<u32>,
    fourth: Option<u32>,
    /// Billionths of a second, where a fraction is written.
    fraction: Option<u32>,
    afternoon: Option<bool>,
    offset: Option<FixedOffset>,
}

/// clock = 1*3DIGIT 1*3(":" 2DIGIT) [fraction] [meridiem] [offset]
fn clock(input: &str) -> Read<'_, Clock> {
    let group = || preceded(char(':'), number(2, 2));
    let (rest, (first, second, third, fourth)) =
        (number(1, 3), group(), opt(group()), opt(group())).parse(input)?;
    let (rest, (fraction, afternoon, offset)) = (opt(fraction), opt(meridiem), opt(offset)).parse(rest)?;
    Ok((rest, Clock { first, second, third, fourth, fraction, afternoon, offset }))
}

/// until = [blanks] ("-" / "–" / "—" / "-->") [blanks] clock ; the end of a range, which says no more than its start
///
/// Hours and minutes alone are a range only between brackets: agendas are written so too.
fn until<'a>(start: &Clock, input: &'a str) -> Read<'a, ()> {
    let dash = alt((tag("-->"), tag("-"), tag("–"), tag("—")));
    let (rest, end) = preceded((opt(blanks), dash, opt(blanks)), clock).parse(input)?;
    let exact = |clock: &Clock| clock.third.or(clock.fraction).is_some();
    let bracketed = rest.starts_with([']', ')']);
    if bracketed || exact(start) && exact(&end) { Ok((rest, ())) } else { failure(input) }
}

impl Clock {
    fn time_of_day(&self) -> Option<NaiveTime> {
        let (hour, minute, second) = (self.first, self.second, self.third.unwrap_or_default());
        let nanoseconds = self.fraction.unwrap_or_default();
        let hour = match self.afternoon {
            Some(true) if hour < 12 => hour.checked_add(12)?,
            Some(false) if hour > 12 => return None,
            Some(false) if hour == 12 => 0,
            _ => hour,
        };
        // chrono holds a leap second as the second before it, with a billion nanoseconds more.
        if second == 60 && minute == 59 {
            return NaiveTime::from_hms_nano_opt(hour, minute, 59, nanoseconds.checked_add(1_000_000_000)?);
        }
        NaiveTime::from_hms_nano_opt(hour, minute, second, nanoseconds)
    }

    /// What the groups say with no date beside them: hours may then run past a day.
    fn alone(&self) -> Time {
        let later = [Some(self.second), self.third, self.fourth];
        let elapsed = self.afternoon.is_none() && later.into_iter().flatten().all(|group| group < 60);
        if elapsed || self.time_of_day().is_some() { Time::Clock } else { Time::Invalid }
    }

    fn on(&self, day: Day) -> Time {
        let Some(time) = self.time_of_day().filter(|_| self.fourth.is_none()) else { return Time::Invalid };
        match day {
            Day::Known(date) => at_offset(date.and_time(time), self.offset),
            Day::Open { first, second, year, dotted, .. } => {
                Time::Numeric(Numeric { first, second, year, time, offset: self.offset, dotted })
            }
            Day::Relative => Time::Relative,
            Day::Invalid => Time::Invalid,
        }
    }
}

fn at_offset(local: NaiveDateTime, offset: Option<FixedOffset>) -> Time {
    match offset {
        Some(offset) => local.and_local_timezone(offset).single().map_or(Time::Invalid, Time::Instant),
        None => Time::Local(local),
    }
}

/// joint = "T" / [","] blanks [word blanks]
fn joint(input: &str) -> Read<'_, ()> {
    let at = alt((tag("at"), tag("à"), tag("um"), tag("às"), tag("kl.")));
    let spaced = (opt(char(',')), blanks, opt((at, blanks)));
    alt((value((), one_of("Tt")), value((), spaced))).parse(input)
}

/// fraction = "." 1*DIGIT / "," 3DIGIT
fn fraction(input: &str) -> Read<'_, u32> {
    let dotted = preceded(char('.'), take_while1(|c: char| c.is_ascii_digit()));
    let comma = preceded(char(','), take_while_m_n(3, 3, |c: char| c.is_ascii_digit()));
    map(alt((dotted, comma)), |digits: &str| {
        let places = digits.bytes().chain(std::iter::repeat(b'0')).take(9);
        places.fold(0_u32, |sum, digit| {
            sum.saturating_mul(10).saturating_add(u32::from(digit.saturating_sub(b'0')))
        })
    })
    .parse(input)
}

/// meridiem = [blanks] ("am" / "pm" / "a." [blanks] "m." / "p." [blanks] "m.") ; true for the afternoon
fn meridiem(input: &str) -> Read<'_, bool> {
    let plain = terminated(one_of("aApP"), one_of("mM"));
    let dotted = terminated(one_of("aApP"), (char('.'), opt(blanks), one_of("mM"), opt(char('.'))));
    let half = terminated(alt((plain, dotted)), word_end);
    map(preceded(opt(blanks), half), |letter| letter.eq_ignore_ascii_case(&'p')).parse(input)
}

/// offset = [blanks] ("Z" / ("UTC" / "GMT") [sign 1*2DIGIT [":" 2DIGIT]] / zone / sign 2DIGIT [":"] 2DIGIT) / sign 2DIGIT
fn offset(input: &str) -> Read<'_, FixedOffset> {
    let zulu = value((false, 0, None), one_of("Zz"));
    let minutes = opt(preceded(char(':'), number(2, 2)));
    let named = preceded(
        alt((tag_no_case("UTC"), tag_no_case("GMT"))),
        map(opt((sign, number(1, 2), minutes)), Option::unwrap_or_default),
    );
    let full = (sign, two_digits, map(preceded(opt(char(':')), number(2, 2)), Some));
    let zone = map(zone, |hours: i32| (hours.is_negative(), hours.unsigned_abs(), None));
    let spaced = preceded(opt(blanks), alt((zulu, named, zone, full)));
    let hours = map((sign, number(2, 2)), |(west, hours)| (west, hours, None));
    map_opt(terminated(alt((spaced, hours)), word_end), |(west, hours, minutes)| {
        let minutes = i32::try_from(hours.checked_mul(60)?.checked_add(minutes.unwrap_or_default())?).ok()?;
        let seconds = minutes.checked_mul(if west { -60 } else { 60 })?;
        FixedOffset::east_opt(seconds)
    })
    .parse(input)
}

/// zone = an abbreviation in capitals that means one offset in practice ; gives its hours
fn zone(input: &str) -> Read<'_, i32> {
    const ZONES: [(&str, i32); 15] = [
        ("EST", -5),
        ("EDT", -4),
        ("CST", -6),
        ("CDT", -5),
        ("MST", -7),
        ("MDT", -6),
        ("PST", -8),
        ("PDT", -7),
        ("WEST", 1),
        ("WET", 0),
        ("BST", 1),
        ("CET", 1),
        ("CEST", 2),
        ("EET", 2),
        ("EEST", 3),
    ];
    let letters = take_while_m_n(3, 4, |c: char| c.is_ascii_uppercase());
    map_opt(letters, |word| ZONES.iter().find(|(name, _)| *name == word).map(|&(_, hours)| hours))
        .parse(input)
}

/// sign = "+" / "-" / U+2212 ; true for the west
fn sign(input: &str) -> Read<'_, bool> {
    map(one_of("+-\u{2212}"), |sign| sign != '+').parse(input)
}

// ---- pieces

/// min*max DIGIT, and no digit after
fn number<'a>(
    min: usize,
    max: usize,
) -> impl Parser<&'a str, Output = u32, Error = nom::error::Error<&'a str>> {
    let digits = take_while_m_n(min, max, |c: char| c.is_ascii_digit());
    terminated(map_res(digits, str::parse), not(satisfy(|c| c.is_ascii_digit())))
}

fn two_digits(input: &str) -> Read<'_, u32> {
    map_res(take_while_m_n(2, 2, |c: char| c.is_ascii_digit()), str::parse).parse(input)
}

fn separator(input: &str) -> Read<'_, char> {
    one_of("/.-").parse(input)
}

/// At most three blanks; more stand between columns, not within a time.
fn blanks(input: &str) -> Read<'_, &str> {
    take_while_m_n(1, 3, |c| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')).parse(input)
}

fn word_end(input: &str) -> Read<'_, ()> {
    not(satisfy(char::is_alphanumeric)).parse(input)
}
