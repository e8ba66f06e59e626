use std::time::Duration;

use ce_model::Instance;

use crate::config::Config;
use crate::error::{Error, InvalidInput, OutcomeUnknown};
use crate::execution::{CallExecution, Input, Operation, Step};
use crate::flow::calls::CreateInstanceCall;
use crate::flow::{AuthorizationGrant, ConnectRequest, PendingAuthorization, Reconcile};
use crate::wire::Request;

impl ConnectRequest {
    /// The second half of the flow: creates the instance with the user's consent.
    ///
    /// # Errors
    /// Names everything that is missing or invalid, before anything is sent: the code is not used up
    /// then.
    pub fn create<'a>(
        &'a self,
        config: &'a Config,
        grant: AuthorizationGrant,
    ) -> Result<Create<'a>, InvalidInput> {
        self.validate_create(&grant)?;
        Ok(Create::new(config, self, grant))
    }

    /// The whole flow where no user has to consent: basic and custom authentication, API keys, and
    /// [refresh tokens](ConnectRequest::refresh_token) obtained elsewhere.
    ///
    /// Store the [`PendingAuthorization`] of a [recoverable](ConnectRequest::recoverable) flow first:
    /// if the process dies, [`reconcile`](PendingAuthorization::reconcile) finds the instance.
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use ce_core::model::AuthenticationScheme;
    /// use ce_core::{Config, ConnectRequest, Credentials, Entropy, PendingAuthorization};
    ///
    /// let request = ConnectRequest::new("closeio")
    ///     .authentication(AuthenticationScheme::Basic)
    ///     .configuration("username", "ann")
    ///     .configuration("password", "secret")
    ///     .name("Ann's sales")
    ///     .recoverable();
    /// let pending = PendingAuthorization::new(&request, &Entropy::from_system()?, SystemTime::now());
    /// let config = Config::new("https://a.example", Credentials::new("u", "o"))?;
    /// let provision = request.provision(&config, &pending)?;
    /// # Ok::<(), ce_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Names everything that is missing or invalid, before anything is sent.
    pub fn provision<'a>(
        &'a self,
        config: &'a Config,
        pending: &PendingAuthorization,
    ) -> Result<Create<'a>, InvalidInput> {
        let grant = pending.without_consent();
        self.validate_provision(&grant)?;
        Ok(Create::new(config, self, grant))
    }
}

/// The operation of [`ConnectRequest::create`] and [`ConnectRequest::provision`].
///
/// It creates the instance. If the response is lost and the flow is
/// [recoverable](ConnectRequest::recoverable), it looks for the instance.
pub struct Create<'a> {
    config: &'a Config,
    correlation: Option<String>,
    stage: Stage<'a>,
}

enum Stage<'a> {
    Creating(Box<CallExecution<'a, CreateInstanceCall<'a>>>),
    Searching {
        reconcile: Box<Reconcile<'a>>,
        /// Why the outcome of the creation is unknown.
        unknown: Box<OutcomeUnknown>,
    },
    Done,
}

impl<'a> Create<'a> {
    fn new(config: &'a Config, request: &'a ConnectRequest, grant: AuthorizationGrant) -> Self {
        let correlation = grant.correlation.clone();
        let call = CreateInstanceCall::new(request, grant);
        Self {
            config,
            correlation,
            stage: Stage::Creating(Box::new(CallExecution::new(config, call))),
        }
    }
}

impl Create<'_> {
    /// The request that creates the instance, such as to show it as a [`curl`](Request::curl)
    /// command.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if it can't be sent, and [`Error::UnexpectedInput`] if it has been
    /// answered.
    pub fn request(&self) -> Result<Request, Error> {
        match &self.stage {
            Stage::Creating(execution) => Ok(execution.request()?),
            Stage::Searching { .. } | Stage::Done => Err(Error::UnexpectedInput),
        }
    }
}

impl Operation for Create<'_> {
    type Output = Result<Instance, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        let step = match &mut self.stage {
            Stage::Creating(execution) => match execution.step(input, elapsed) {
                Step::Done(Err(Error::OutcomeUnknown(mut unknown))) => {
                    if self.correlation.is_some() {
                        unknown = Box::new(unknown.with_recovery());
                    }
                    // A driver that makes mistakes is not asked to send more.
                    let is_mistake = matches!(*unknown.reason(), Error::UnexpectedInput);
                    if let Some(tag) = self.correlation.take().filter(|_| !is_mistake) {
                        let reconcile = Box::new(Reconcile::new(self.config, tag));
                        self.stage = Stage::Searching { reconcile, unknown };
                        return self.step(Input::Start, elapsed);
                    }
                    Step::Done(Err(Error::OutcomeUnknown(unknown)))
                }
                step => step,
            },
            Stage::Searching { reconcile, .. } => reconcile.step(input, elapsed),
            Stage::Done => Step::Done(Err(Error::UnexpectedInput)),
        };
        let Step::Done(output) = step else {
            return step;
        };
        match (std::mem::replace(&mut self.stage, Stage::Done), output) {
            // What matters is why the creation has no response, not why the search found nothing.
            (Stage::Searching { unknown, .. }, Err(Error::OutcomeUnknown(search)))
                if !matches!(*search.reason(), Error::SeveralInstances) =>
            {
                Step::Done(Err(Error::OutcomeUnknown(unknown)))
            }
            (_, output) => Step::Done(output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CallbackOutcome;
    use crate::testing::{NOW, assert_ended, config, instagram, pending, response};

    const INSTANCE: &str = r#"{"id":7,"token":"t","element":{}}"#;

    fn answered(status: u16, body: &str) -> Input {
        Input::Response(Ok(response(status, body)))
    }

    /// Creates through these inputs, of which the last ends it. Returns the output.
    fn create(request: &ConnectRequest, inputs: Vec<Input>) -> Result<Instance, Error> {
        let config = config();
        let outcome = pending(request).read_callback("code=c&state=st", NOW);
        let Ok(CallbackOutcome::Granted(grant)) = outcome else {
            panic!("{outcome:?}")
        };
        let mut create = request.create(&config, grant).unwrap();
        let steps = inputs.into_iter().map(|it| create.step(it, Duration::ZERO));
        let mut outputs = steps.skip_while(|step| !matches!(step, Step::Done(_)));
        let Some(Step::Done(output)) = outputs.next() else {
            panic!("it has not ended")
        };
        assert!(outputs.next().is_none());
        assert_ended(&mut create);
        output
    }

    #[test]
    fn it_ends_with_the_instance_or_a_refusal() {
        let request = instagram().state("st").recoverable();
        let created = create(&request, vec![Input::Start, answered(200, INSTANCE)]);
        assert_eq!(created.unwrap().token.expose(), "t");
        let refused = create(&request, vec![Input::Start, answered(400, "{}")]);
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    }

    #[test]
    fn an_input_that_was_not_asked_for_ends_it() {
        let request = instagram().state("st").recoverable();
        let busy = || answered(429, "{}");
        for inputs in [
            // Nothing is on its way.
            vec![Input::SleepFinished],
            vec![answered(200, INSTANCE)],
            vec![Input::Start, busy(), Input::Start],
            vec![Input::Start, busy(), answered(200, INSTANCE)],
        ] {
            let output = create(&request, inputs);
            assert!(matches!(output, Err(Error::UnexpectedInput)), "{output:?}");
        }
    }

    #[test]
    fn an_input_that_was_not_asked_for_may_leave_the_outcome_unknown() {
        let lost = || answered(502, "<html>");
        let none = || answered(200, "[]");
        for (recoverable, inputs) in [
            // While the request is on its way.
            (false, vec![Input::Start, Input::Start]),
            (true, vec![Input::Start, Input::Start]),
            (true, vec![Input::Start, Input::SleepFinished]),
            // While the instance is searched for.
            (true, vec![Input::Start, lost(), Input::Start]),
            (true, vec![Input::Start, lost(), Input::SleepFinished]),
            (true, vec![Input::Start, lost(), none(), Input::Start]),
            (true, vec![Input::Start, lost(), none(), none()]),
        ] {
            let is_searched_for = inputs.len() > 2;
            let request = instagram().state("st");
            let request = if recoverable {
                request.recoverable()
            } else {
                request
            };
            let output = create(&request, inputs);
            let Err(Error::OutcomeUnknown(unknown)) = output else {
                panic!("{output:?}")
            };
            assert_eq!(unknown.is_recoverable(), recoverable);
            match unknown.reason() {
                Error::UnexpectedInput => assert!(!is_searched_for),
                Error::Unavailable(_) => assert!(is_searched_for),
                other => panic!("{other:?}"),
            }
        }
    }
}
