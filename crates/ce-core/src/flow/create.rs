use std::time::{Duration, SystemTime};

use ce_model::{CreateInstance, Instance};
use http::Method;

use crate::calls::at_instance;
use crate::config::{Config, Limits};
use crate::error::{Error, InvalidInput, OutcomeUnknown};
use crate::execution::{Call, CallExecution, Input, Operation, Step};
use crate::flow::reconcile::{SearchTarget, check_token, holds};
use crate::flow::{
    AuthorizationGrant, CallbackOutcome, ConnectRequest, Denied, PendingAuthorization, Reconcile,
};
use crate::wire::{Request, RequestBuilder, Response};

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
        Create::new(config, self, grant, true)
    }

    /// The whole flow where no user has to consent: basic and custom authentication, API keys, and
    /// [refresh tokens](ConnectRequest::refresh_token) obtained elsewhere.
    ///
    /// Store the [`PendingAuthorization`] of a [recoverable](ConnectRequest::recoverable) flow first:
    /// if the process dies, [`reconcile`](PendingAuthorization::reconcile) finds the instance.
    ///
    /// # Errors
    /// Names everything that is missing or invalid, before anything is sent.
    pub fn provision<'a>(
        &'a self,
        config: &'a Config,
        pending: &PendingAuthorization,
    ) -> Result<Create<'a>, InvalidInput> {
        Create::new(config, self, pending.without_consent(), false)
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
#[derive(Debug)]
#[must_use = "an operation does nothing until it is driven"]
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
        // Done, unless the creation goes on.
        match (std::mem::replace(self, Self::Done), input) {
            (Self::Create(mut create), input) => {
                let step = create.step(input, elapsed);
                if !matches!(step, Step::Done(_)) {
                    *self = Self::Create(create);
                }
                step.map(|created| Ok(created?.into()))
            }
            (Self::Denied(denied), Input::Start) => Step::Done(Ok(ConnectOutcome::Denied(denied))),
            _ => Step::Done(Err(Error::UnexpectedInput)),
        }
    }
}

/// The operation of [`ConnectRequest::create`] and [`ConnectRequest::provision`].
///
/// It creates the instance. If the response is lost and the flow is
/// [recoverable](ConnectRequest::recoverable), it looks for the instance.
#[derive(Debug)]
#[must_use = "an operation does nothing until it is driven"]
pub struct Create<'a> {
    config: &'a Config,
    /// What a recoverable flow's instance is found by.
    target: Option<SearchTarget>,
    stage: Stage<'a>,
}

#[derive(Debug)]
enum Stage<'a> {
    Creating(Box<CallExecution<'a, CreateInstanceCall<'a>>>),
    /// Looking for the instance, with why the outcome of the creation is unknown.
    Searching(Box<Reconcile<'a>>, Box<OutcomeUnknown>),
    Done,
}

impl<'a> Create<'a> {
    fn new(
        config: &'a Config,
        request: &'a ConnectRequest,
        grant: AuthorizationGrant,
        is_consented: bool,
    ) -> Result<Self, InvalidInput> {
        request.validate_create(&grant, is_consented)?;
        let tag = grant.correlation.clone();
        let target = tag.map(|tag| SearchTarget {
            element: request.element.clone(),
            tag,
        });
        let execution = CallExecution::new(config, CreateInstanceCall { request, grant });
        let stage = Stage::Creating(Box::new(execution));
        Ok(Self {
            config,
            target,
            stage,
        })
    }
}

impl Operation for Create<'_> {
    type Output = Result<Instance, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        let step = match &mut self.stage {
            Stage::Creating(execution) => execution.step(input, elapsed),
            Stage::Searching(reconcile, _) => reconcile.step(input, elapsed),
            Stage::Done => Step::Done(Err(Error::UnexpectedInput)),
        };
        let Step::Done(output) = step else {
            return step;
        };
        let ended = std::mem::replace(&mut self.stage, Stage::Done);
        Step::Done(match (ended, output) {
            (Stage::Creating(_), Err(Error::OutcomeUnknown(mut unknown))) => {
                if let Some(target) = self.target.take() {
                    unknown = Box::new(unknown.with_recovery(&target.tag));
                    // A driver that makes mistakes is not asked to send more.
                    if !matches!(unknown.reason(), Error::UnexpectedInput) {
                        let asked = unknown.reason().retry_after();
                        let reconcile = Reconcile::new(self.config, target).after(asked);
                        self.stage = Stage::Searching(Box::new(reconcile), unknown);
                        return self.step(Input::Start, elapsed);
                    }
                }
                Err(Error::OutcomeUnknown(unknown))
            }
            // What matters is why the creation has no response, not why the search found nothing.
            (Stage::Searching(_, unknown), Err(Error::OutcomeUnknown(search)))
                if !matches!(
                    search.reason(),
                    Error::SeveralInstances | Error::UnexpectedInstance { .. }
                ) =>
            {
                Err(Error::OutcomeUnknown(unknown))
            }
            // An instance came as the answer: the platform may have dropped its tag.
            (Stage::Searching(_, unknown), Err(Error::NotCreated))
                if matches!(unknown.reason(), Error::UnexpectedInstance { .. }) =>
            {
                Err(Error::OutcomeUnknown(unknown))
            }
            (_, output) => output,
        })
    }
}

/// Step 2: creates the instance, or authorizes an existing one again. It uses up a one-time code, so
/// it is sent once, as is every `POST` and `PATCH`.
#[derive(Debug)]
struct CreateInstanceCall<'a> {
    request: &'a ConnectRequest,
    grant: AuthorizationGrant,
}

impl CreateInstanceCall<'_> {
    /// What tells the instance from the flow's own, if a gateway mixed up two answers.
    fn difference(&self, instance: &Instance) -> Option<&'static str> {
        let is_tagged = |tag: &String| match (&instance.tags, instance.other.get("tags")) {
            (Some(tags), _) => tags.contains(tag),
            (None, Some(odd)) => odd.is_null() || holds(odd, tag),
            (None, None) => true,
        };
        match (self.grant.instance, &self.grant.correlation) {
            (Some(id), _) if id != instance.id => Some("is not the one that was to be authorized"),
            (None, Some(tag)) if !is_tagged(tag) => Some("lacks the flow's tag"),
            _ => None,
        }
    }
}

impl Call for CreateInstanceCall<'_> {
    type Output = Instance;

    fn purpose(&self) -> &'static str {
        match self.grant.instance {
            None => "create the instance",
            Some(_) => "re-authorize the instance",
        }
    }

    fn timeout(&self, limits: &Limits) -> Duration {
        limits.provisioning_timeout
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let element = &self.request.element;
        let mut body = CreateInstance::default();
        let provider_data = self.request.provider_data.select(&self.grant);
        body.provider_data = Some(provider_data).filter(|data| !data.is_empty());
        body.name = self.request.name.clone();
        let builder = if let Some(id) = self.grant.instance {
            // What the instance is and has stays as it is.
            at_instance(config, Method::PATCH, id.into(), &[])
        } else {
            let tags = self.request.tags.iter().chain(&self.grant.correlation);
            let tags: Vec<String> = tags.cloned().collect();
            body.tags = Some(tags).filter(|tags| !tags.is_empty());
            body.configuration = Some(self.request.entries()).filter(|all| !all.is_empty());
            body.retrieve_objects_after_instantiation = self.request.retrieve_objects;
            if self.request.is_authorized_elsewhere() {
                body.external_authentication = Some("initial".to_owned());
            }
            // A body names an element by its key alone; a number is taken in the path.
            if element.is_number() {
                let path = ["elements", element.as_str(), "instances"];
                RequestBuilder::new(config, Method::POST, &path)
            } else {
                body.element.get_or_insert_default().key = Some(element.clone());
                RequestBuilder::new(config, Method::POST, &["instances"])
            }
        };
        builder.json_text(body.to_json()).build()
    }

    fn decode(&self, response: &Response) -> Result<Instance, Error> {
        let instance: Instance = response.json(self.purpose())?;
        check_token(&instance, self.purpose(), response)?;
        match self.difference(&instance) {
            None => Ok(instance),
            Some(difference) => Err(Error::UnexpectedInstance {
                instance: instance.id,
                difference,
            }),
        }
    }

    fn on_error(&self, error: Error, _: bool) -> Result<Instance, Error> {
        Err(match error {
            Error::Refused(error)
                if !self.grant.found.is_empty() && error.provider_message().is_some() =>
            {
                let advice = "; a consent works once: was this callback finished before? If so, reconcile the \
                              flow or look among the instances; if not, begin again";
                error.with_advice(advice).into()
            }
            error => error,
        })
    }

    fn advice_if_unknown(&self) -> &'static str {
        match self.grant.instance {
            None => "look among its instances (calls::ListInstances) before trying again",
            Some(_) => "let the user begin again, which does no harm",
        }
    }
}
