use std::time::Duration;

use bytes::Bytes;
use ce_model::{BulkJob, Object};
use http::Method;

use super::{Download, ObjectId, Resource, ResourceCall};
use crate::config::Config;
use crate::error::Error;
use crate::execution::{CallExecution, Input, Operation, Step, trace};
use crate::wire::Part;

/// Bulk jobs of an instance: many objects at once, by work that goes on after the platform has answered.
///
/// A job is known by its id, by which any process goes on with it.
///
/// ```
/// use ce_core::calls::{Bulk, BulkFormat};
/// use ce_core::model::ElementToken;
///
/// let token = ElementToken::new("5MOr3Sl/E4k=");
/// let bulk = Bulk::through(&token);
/// let start = bulk.query("select * from contacts");
/// // The job that it answers has an id:
/// let status = bulk.status("123");
/// let contacts = bulk.download("123", "contacts", BulkFormat::Csv);
/// ```
#[derive(Clone, Debug)]
#[must_use = "it does nothing by itself"]
pub struct Bulk<'a>(Resource<'a>);

/// The format of a bulk job's objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BulkFormat {
    /// Lines of values, of which the first names the fields.
    Csv,
    /// An array of objects, or one on each line.
    Json,
}

impl BulkFormat {
    fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Json => "application/json",
        }
    }
}

impl<'a> Bulk<'a> {
    through!("bulk");

    /// `POST /bulk/query?q=…`: starts a job that gets objects. It is sent once.
    ///
    /// With the header `Elements-Async-Callback-Url` the platform tells that URL when the job has ended.
    pub fn query(&self, query: impl Into<String>) -> ResourceCall<'a, BulkJob> {
        let query = self.0.clone().below("query").parameter("q", query);
        ResourceCall::json("start the bulk job", Method::POST, query)
    }

    /// `POST /bulk/{object}`: starts a job that creates objects. `metadata` is the element's own, as its
    /// documentation has it. It is sent once.
    pub fn upload(
        &self,
        object: &str,
        metadata: &Object,
        format: BulkFormat,
        content: impl Into<Bytes>,
    ) -> ResourceCall<'a, BulkJob> {
        let media_type = format.media_type();
        let extension = media_type.rsplit('/').next().unwrap_or_default();
        let parts = vec![
            Part::field("metaData", "application/json", metadata.to_json()),
            Part::file("file", format!("{object}.{extension}"), media_type, content),
        ];
        let objects = self.0.clone().below(object);
        ResourceCall::json("start the bulk job", Method::POST, objects).multipart(parts)
    }

    /// `GET /bulk/{id}/status`: where a job stands.
    pub fn status(&self, id: impl Into<ObjectId>) -> ResourceCall<'a, BulkJob> {
        let status = self.at(id, "status");
        ResourceCall::json("get the bulk job's status", Method::GET, status)
    }

    /// `GET /bulk/{id}/errors`: what went wrong with single objects.
    pub fn errors(&self, id: impl Into<ObjectId>) -> ResourceCall<'a, Vec<Object>> {
        let errors = self.at(id, "errors");
        ResourceCall::json("get the bulk job's errors", Method::GET, errors)
    }

    /// `GET /bulk/{id}/{object}`: the objects that a job has got. They are whole in memory, within
    /// [`Limits::max_body_bytes`](crate::Limits::max_body_bytes).
    pub fn download(
        &self,
        id: impl Into<ObjectId>,
        object: &str,
        format: BulkFormat,
    ) -> ResourceCall<'a, Download> {
        let objects = self.at(id, object);
        ResourceCall::download("download the bulk job's objects", objects)
            .header("Accept", format.media_type())
    }

    /// Asks where a job stands until it is complete, for as long as `within`. The output is where it
    /// stands then: look whether it [is complete](BulkJob::is_complete).
    ///
    /// The last look is when the time is up. It may take a second more.
    pub fn wait<'c>(
        &self,
        config: &'c Config,
        id: impl Into<ObjectId>,
        within: Duration,
    ) -> WaitForBulk<'a, 'c> {
        WaitForBulk {
            config,
            status: self.status(id),
            within,
            asked: 0,
            stage: Stage::Ready,
        }
    }

    fn at(&self, id: impl Into<ObjectId>, below: &str) -> Resource<'a> {
        self.0.clone().below(id.into().0).below(below)
    }
}

/// The operation of [`Bulk::wait`].
#[derive(Debug)]
#[must_use = "an operation does nothing until it is driven"]
pub struct WaitForBulk<'a, 'c> {
    config: &'c Config,
    status: ResourceCall<'a, BulkJob>,
    within: Duration,
    asked: u32,
    stage: Stage<'a, 'c>,
}

#[derive(Debug)]
enum Stage<'a, 'c> {
    Ready,
    Asking(Box<CallExecution<'c, ResourceCall<'a, BulkJob>>>),
    Waiting,
    Done,
}

/// The longest wait between two looks at a job.
const LONGEST: Duration = Duration::from_secs(30);

/// How long a look may take when the time is up.
const LAST_LOOK: Duration = Duration::from_secs(1);

impl Operation for WaitForBulk<'_, '_> {
    type Output = Result<BulkJob, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        let (mut asking, input) = match (std::mem::replace(&mut self.stage, Stage::Done), input) {
            (Stage::Asking(asking), input) => (asking, input),
            (Stage::Ready, Input::Start) | (Stage::Waiting, Input::SleepFinished) => {
                self.asked += 1;
                let left = self.within.saturating_sub(elapsed).max(LAST_LOOK);
                let status = CallExecution::new(self.config, self.status.clone()).within(left);
                (Box::new(status), Input::Start)
            }
            _ => return Step::Done(Err(Error::UnexpectedInput)),
        };
        match asking.step(input, elapsed) {
            Step::Done(Ok(job)) if !job.is_complete() && elapsed < self.within => {
                // Twice as long each time, and no longer than there is time.
                let wait = Duration::from_millis(500) * (1 << self.asked.min(6));
                let wait = wait.min(LONGEST).min(self.within - elapsed);
                self.stage = Stage::Waiting;
                trace::sleep(wait);
                Step::Sleep(wait)
            }
            Step::Done(output) => Step::Done(output),
            step => {
                self.stage = Stage::Asking(asking);
                step
            }
        }
    }
}
