//! Numbers compared digit by digit: `f64` takes 10^30 and its neighbours for one number.

/// A JSON number as its digits and a power of ten, with no zero at either end.
#[derive(Debug, PartialEq)]
pub(crate) struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// Reads a JSON number. `None` if the exponent has more than 18 digits.
    pub(crate) fn of(number: &str) -> Option<Self> {
        let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [integer.trim_start_matches('-'), fraction].concat();
        let all = all.trim_start_matches('0');
        let digits = all.trim_end_matches('0');
        if exponent.len() > 18 {
            return None;
        }
        let exponent = exponent.parse::<i64>().ok()? - fraction.len() as i64;
        Some(Self {
            negative: integer.starts_with('-') && !digits.is_empty(),
            digits: digits.to_owned(),
            exponent: match digits {
                "" => 0,
                _ => exponent + (all.len() - digits.len()) as i64,
            },
        })
    }

    /// The number, if it is exactly a `u64`.
    pub(crate) fn to_u64(&self) -> Option<u64> {
        let zeros = usize::try_from(self.exponent)
            .ok()
            .filter(|zeros| *zeros < 20)?;
        if self.negative {
            return None;
        }
        format!("0{}{}", self.digits, "0".repeat(zeros))
            .parse()
            .ok()
    }
}

/// The `f64` that is exactly this JSON number: written again, it has the same digits.
pub(crate) fn exact_f64(number: &str) -> Option<f64> {
    let float: f64 = number.parse().ok()?;
    let same = Decimal::of(&format!("{float:e}")) == Decimal::of(number);
    same.then_some(float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_equal_by_value() {
        for (one, other, equal) in [
            ("1", "1.0", true),
            ("100", "1e2", true),
            ("1.50E+1", "15", true),
            ("0.001", "1e-3", true),
            ("0", "0e9", true),
            ("0", "-0.0", true),
            ("1", "-1", false),
            ("10", "1", false),
            ("1e400", "10e399", true),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567891",
                false,
            ),
        ] {
            let same = Decimal::of(one) == Decimal::of(other);
            assert_eq!(same, equal, "{one} {other}");
        }
    }

    #[test]
    fn an_exponent_beyond_measure_is_none() {
        assert_eq!(Decimal::of("1e9999999999999999999"), None);
    }

    #[test]
    fn integers_are_known_in_each_form() {
        for (number, integer) in [
            ("7", Some(7)),
            ("7.0", Some(7)),
            ("0.7e1", Some(7)),
            ("0.0", Some(0)),
            ("9007199254740993.0", Some(9_007_199_254_740_993)),
            ("18446744073709551615.0", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("1e30", None),
            ("7.5", None),
            ("-7", None),
        ] {
            let decimal = Decimal::of(number).unwrap();
            assert_eq!(decimal.to_u64(), integer, "{number}");
        }
    }

    #[test]
    fn a_float_is_exact_if_it_has_the_same_digits() {
        for number in [
            "1.50",
            "0.1",
            "-0",
            "1e300",
            "5e-324",
            "0.30000000000000004",
        ] {
            assert_eq!(exact_f64(number), number.parse().ok(), "{number}");
        }
        for number in [
            "1e400",
            "-1e400",
            "1e-400",
            "123456789012345678901234567890",
            "3.14159265358979323846",
        ] {
            assert_eq!(exact_f64(number), None, "{number}");
        }
    }
}
