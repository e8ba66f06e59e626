use std::str::FromStr;
use std::time::Duration;

use http::HeaderValue;

use super::fault::Fault;
use super::operation::UnknownOperation;
use super::rule::FaultRule;

/// Why a text is no [`FaultRule`]; it names the culprit, and what would be possible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultRuleError {
    /// No fault has this name.
    #[error("there is no fault {name:?}; there are {}", names())]
    UnknownFault {
        /// The name.
        name: String,
    },
    /// No operation has the name that `on` gives.
    #[error(transparent)]
    UnknownOperation(UnknownOperation),
    /// The fault has no such parameter, or it stands there twice, or without a value.
    #[error("{fault} cannot take {given:?} here; it takes {possible}, each of them once")]
    Parameter {
        /// The fault.
        fault: &'static str,
        /// What stands there.
        given: String,
        /// What could.
        possible: String,
    },
    /// The value is not one for this parameter.
    #[error("{parameter} takes {expected}, and {value:?} is not that")]
    Value {
        /// The parameter.
        parameter: &'static str,
        /// What stands there.
        value: String,
        /// What could.
        expected: &'static str,
    },
}

const SECONDS: &str = "seconds, such as 2 or 0.5";

impl FromStr for FaultRule {
    type Err = FaultRuleError;

    /// Reads `NAME[,on=OPERATION][,probability=P][,times=N][,when=before|after][,PARAMETER=VALUE]`.
    /// No value can hold a comma.
    fn from_str(text: &str) -> Result<Self, FaultRuleError> {
        let mut parts = text.split(',');
        let name = parts.next().unwrap_or_default();
        let fault = Fault::all()
            .into_iter()
            .find(|fault| fault.name() == name)
            .ok_or_else(|| FaultRuleError::UnknownFault {
                name: name.to_owned(),
            })?;
        let (name, own) = (fault.name(), parameter_of(&fault));
        let mut rule = Self::new(fault);
        let mut seen = Vec::new();
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            if seen.contains(&key) || value.is_empty() {
                return Err(no_parameter(name, part, own));
            }
            seen.push(key);
            rule = match key {
                "on" => rule.on(value.parse().map_err(FaultRuleError::UnknownOperation)?),
                "probability" => rule.probability(probability(value)?),
                "times" => rule.times(read("times", value, "a whole number", |value| {
                    value.parse().ok()
                })?),
                "when" => match value {
                    "before" => rule.before_execution(),
                    "after" => rule.after_execution(),
                    _ => return read("when", value, "before or after", |_| None),
                },
                key => {
                    let parameter = own.filter(|own| *own == key);
                    let parameter = parameter.ok_or_else(|| no_parameter(name, part, own))?;
                    set(&mut rule.fault, parameter, value)?;
                    rule
                }
            };
        }
        Ok(rule)
    }
}

/// The name of the one parameter that a fault has of its own, if it has one.
fn parameter_of(fault: &Fault) -> Option<&'static str> {
    match fault {
        Fault::Refuse { .. } => Some("for"),
        Fault::HugeBody { .. } => Some("bytes"),
        Fault::Trickle { .. } => Some("interval"),
        Fault::TooManyRequests { .. }
        | Fault::TooManyRequestsDate { .. }
        | Fault::Unavailable { .. } => Some("after"),
        Fault::Redirect { .. } => Some("to"),
        Fault::SlowProvisioning { .. } => Some("seconds"),
        _ => None,
    }
}

/// Gives that parameter its value.
fn set(fault: &mut Fault, name: &'static str, value: &str) -> Result<(), FaultRuleError> {
    match fault {
        Fault::Refuse { closed_for: after }
        | Fault::Trickle { interval: after }
        | Fault::TooManyRequests { after }
        | Fault::TooManyRequestsDate { after }
        | Fault::SlowProvisioning { by: after } => *after = seconds(name, value)?,
        Fault::Unavailable { after } => *after = Some(seconds(name, value)?),
        Fault::HugeBody { bytes } => {
            *bytes = read(name, value, "a number of bytes", |value| value.parse().ok())?;
        }
        Fault::Redirect { to } => {
            let is_header = |value: &str| HeaderValue::from_str(value).is_ok();
            let url = |value: &str| is_header(value).then(|| value.to_owned());
            *to = Some(read(name, value, "a URL", url)?);
        }
        _ => {}
    }
    Ok(())
}

fn probability(value: &str) -> Result<f64, FaultRuleError> {
    read("probability", value, "a number from 0 to 1", |value| {
        let number = value.parse().ok()?;
        (0.0..=1.0).contains(&number).then_some(number)
    })
}

fn seconds(parameter: &'static str, value: &str) -> Result<Duration, FaultRuleError> {
    read(parameter, value, SECONDS, |value| {
        Duration::try_from_secs_f64(value.parse().ok()?).ok()
    })
}

fn read<T>(
    parameter: &'static str,
    value: &str,
    expected: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, FaultRuleError> {
    read(value).ok_or_else(|| FaultRuleError::Value {
        parameter,
        value: value.to_owned(),
        expected,
    })
}

fn no_parameter(fault: &'static str, given: &str, own: Option<&'static str>) -> FaultRuleError {
    let possible: Vec<String> = ["on", "probability", "times", "when"]
        .into_iter()
        .chain(own)
        .map(|key| format!("{key}=…"))
        .collect();
    FaultRuleError::Parameter {
        fault,
        given: given.to_owned(),
        possible: possible.join(", "),
    }
}

fn names() -> String {
    let names: Vec<_> = Fault::all().iter().map(Fault::name).collect();
    names.join(", ")
}
