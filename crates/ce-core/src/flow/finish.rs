use std::time::{Duration, SystemTime};

use ce_model::Instance;

use crate::config::Config;
use crate::error::Error;
use crate::execution::{Input, Operation, Step};
use crate::flow::{CallbackOutcome, ConnectRequest, Create, Denied, PendingAuthorization};

impl ConnectRequest {
    /// The second half of the flow, from the callback on: reads it, and creates the instance if the
    /// user consented.
    ///
    /// # Errors
    /// If the callback does not answer this flow, or something is missing or invalid. Nothing is sent
    /// then.
    pub fn finish<'a>(
        &'a self,
        config: &'a Config,
        pending: &PendingAuthorization,
        callback: &str,
        now: SystemTime,
    ) -> Result<Finish<'a>, Error> {
        Ok(match pending.read_callback(callback, now)? {
            CallbackOutcome::Granted(grant) => {
                Finish::Create(Box::new(self.create(config, grant)?))
            }
            CallbackOutcome::Denied(denied) => Finish::Denied(denied),
        })
    }
}

/// How a flow ended.
#[derive(Debug)]
pub enum ConnectOutcome {
    /// The account is connected. Keep the instance's token.
    Connected(Box<Instance>),
    /// The user did not consent, or the provider refused.
    Denied(Denied),
}

impl From<Instance> for ConnectOutcome {
    fn from(instance: Instance) -> Self {
        Self::Connected(Box::new(instance))
    }
}

/// The operation of [`ConnectRequest::finish`].
#[non_exhaustive]
pub enum Finish<'a> {
    /// The user consented, and the instance is created.
    Create(Box<Create<'a>>),
    /// The user did not consent, and nothing is sent.
    Denied(Denied),
    /// The operation has ended.
    Done,
}

impl Operation for Finish<'_> {
    type Output = Result<ConnectOutcome, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        let step = match (&mut *self, input) {
            (Self::Create(create), input) => create
                .step(input, elapsed)
                .map(|created| Ok(created?.into())),
            (Self::Denied(denied), Input::Start) => {
                Step::Done(Ok(ConnectOutcome::Denied(denied.clone())))
            }
            _ => Step::Done(Err(Error::UnexpectedInput)),
        };
        if let Step::Done(_) = step {
            *self = Self::Done;
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NOW, assert_ended, config, instagram, pending, response};

    #[test]
    fn a_denial_is_answered_once() {
        let config = config();
        let request = instagram().state("st");
        let callback = "error=access_denied&state=st";
        let finish = || {
            request
                .finish(&config, &pending(&request), callback, NOW)
                .unwrap()
        };
        let mut denied = finish();
        assert!(matches!(denied, Finish::Denied(_)));
        let step = denied.step(Input::Start, Duration::ZERO);
        assert!(
            matches!(step, Step::Done(Ok(ConnectOutcome::Denied(_)))),
            "{step:?}"
        );
        assert_ended(&mut denied);

        let mut unfit = finish();
        let step = unfit.step(Input::SleepFinished, Duration::ZERO);
        assert!(matches!(step, Step::Done(Err(Error::UnexpectedInput))));
        assert_ended(&mut unfit);
    }

    #[test]
    fn a_consent_ends_with_the_instance() {
        let config = config();
        let request = instagram().state("st");
        let mut finish = request
            .finish(&config, &pending(&request), "code=c&state=st", NOW)
            .unwrap();
        assert!(matches!(
            finish.step(Input::Start, Duration::ZERO),
            Step::Send(_)
        ));
        let answer = response(200, r#"{"id":7,"token":"t","element":{}}"#);
        match finish.step(Input::Response(Ok(answer)), Duration::ZERO) {
            Step::Done(Ok(ConnectOutcome::Connected(instance))) => {
                assert_eq!(instance.token.expose(), "t");
            }
            other => panic!("{other:?}"),
        }
        assert_ended(&mut finish);
    }
}
