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
    UnknownOperation(#[from] UnknownOperation),
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

impl FromStr for FaultRule {
    type Err = FaultRuleError;

    /// Reads `NAME[,on=OPERATION][,probability=P][,times=N][,when=before|after][,PARAMETER=VALUE]`.
    /// No value can hold a comma.
    fn from_str(text: &str) -> Result<Self, FaultRuleError> {
        let mut parts = text.split(',');
        let name = parts.next().unwrap_or_default();
        let mut faults = Fault::all().into_iter();
        let fault = faults.find(|fault| fault.name() == name);
        let mut rule = Self::new(fault.ok_or_else(|| FaultRuleError::UnknownFault {
            name: name.to_owned(),
        })?);
        let mut keys = vec!["on", "probability", "times", "when"];
        keys.extend(parameter_of(&rule.fault));
        let mut left = keys.clone();
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let place = left.iter().position(|other| *other == key);
            let Some(place) = place.filter(|_| !value.is_empty()) else {
                let keys: Vec<_> = keys.iter().map(|key| format!("{key}=…")).collect();
                return Err(FaultRuleError::Parameter {
                    fault: rule.fault.name(),
                    given: part.to_owned(),
                    possible: keys.join(", "),
                });
            };
            let parameter = left.swap_remove(place);
            if parameter == "on" {
                rule = rule.on(value.parse()?);
                continue;
            }
            let read = set(&mut rule, parameter, value);
            read.map_err(|expected| FaultRuleError::Value {
                parameter,
                value: value.to_owned(),
                expected,
            })?;
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

/// Gives a parameter its value. The error is what could be one.
fn set(rule: &mut FaultRule, parameter: &str, value: &str) -> Result<(), &'static str> {
    match (parameter, &mut rule.fault) {
        ("probability", _) => {
            let number = value.parse().ok().filter(|it| (0.0..=1.0).contains(it));
            rule.probability = number.ok_or("a number from 0 to 1")?;
        }
        ("times", _) => rule.times = Some(value.parse().map_err(|_| "a whole number")?),
        ("when", _) => match value {
            "before" => rule.executes = Some(false),
            "after" => rule.executes = Some(true),
            _ => return Err("before or after"),
        },
        (
            _,
            Fault::Refuse { closed_for: after }
            | Fault::Trickle { interval: after }
            | Fault::TooManyRequests { after }
            | Fault::TooManyRequestsDate { after }
            | Fault::SlowProvisioning { by: after },
        ) => *after = seconds(value)?,
        (_, Fault::Unavailable { after }) => *after = Some(seconds(value)?),
        (_, Fault::HugeBody { bytes }) => {
            *bytes = value.parse().map_err(|_| "a number of bytes")?;
        }
        (_, Fault::Redirect { to }) => {
            HeaderValue::from_str(value).map_err(|_| "a URL")?;
            *to = Some(value.to_owned());
        }
        _ => {}
    }
    Ok(())
}

fn seconds(value: &str) -> Result<Duration, &'static str> {
    let seconds = value.parse().ok();
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or("seconds, such as 2 or 0.5")
}

fn names() -> String {
    let names: Vec<_> = Fault::all().iter().map(Fault::name).collect();
    names.join(", ")
}
