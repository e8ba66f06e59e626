//! Files and folders of an instance, on both clients.

use std::time::Duration;

use ce_core::calls::Files;
use ce_core::model::{ElementToken, File};
use ce_core::{Error, Limits};
use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};
use ce_tests::{AnyClient, config, on_both_clients};

on_both_clients! {
    files_are_uploaded_listed_linked_downloaded_and_deleted,
    a_download_that_is_cut_short_is_an_error,
    an_upload_whose_answer_is_lost_is_an_unknown_outcome,
    what_is_not_there_or_there_already_is_refused,
    a_file_is_as_large_as_the_limits_let_it_be,
}

/// Names that a URL, a header or a form could break on.
const NAMES: [&str; 9] = [
    "plain.txt",
    "two words .txt",
    "#1 ?.txt",
    "50% & more=+.txt",
    "a\"b\\c;d.txt",
    "Überraschung 写真 🦀.txt",
    "e\u{301}.txt",
    "%2F%00.txt",
    "…",
];

/// The token of an instance with files, added without a call.
fn documents(sandbox: &Sandbox) -> ElementToken {
    sandbox.add_instances("amazons3", 1).unwrap();
    ElementToken::new(sandbox.instances()[0].expose_token())
}

fn status(error: Error) -> u16 {
    match error {
        Error::Refused(api_error) => api_error.status().as_u16(),
        error => panic!("{error:?}"),
    }
}

fn path(file: &File) -> &str {
    file.path.as_deref().unwrap()
}

async fn files_are_uploaded_listed_linked_downloaded_and_deleted<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let token = documents(&sandbox);
    let files = Files::through(&token).hub("documents");
    let folder = "/Ann & Bob #1?/ä";
    client.send(files.create_folder(folder)).await.unwrap();
    // Every byte there is, and what ends a part of a body.
    let content: Vec<u8> = (0..=255).chain(*b"\r\n--\r\n--X--\r\n\r\n").collect();
    for name in NAMES {
        let path = format!("{folder}/{name}");
        let upload = files.upload(&path, "text/x-mine", content.clone());
        let file = client.send(upload).await.unwrap();
        assert_eq!(file.path.as_deref(), Some(&*path));
        assert_eq!(file.name.as_deref(), Some(name));
        assert_eq!(
            (file.size, file.directory),
            (Some(content.len() as u64), Some(false))
        );
        let download = client.send(files.download(&path)).await.unwrap();
        assert_eq!(download.bytes, content);
        assert_eq!(download.media_type.as_deref(), Some("text/x-mine"));
        assert!(download.instance_id.is_some() && download.request_id.is_some());
        let id = file.id.as_ref().and_then(|id| id.as_str()).unwrap();
        let by_id = client.send(files.download_by_id(&*id)).await.unwrap();
        assert_eq!(by_id.bytes, content);
        let links = client.send(files.links(&path)).await.unwrap();
        assert!(links.text("cloudElementsLink").unwrap().starts_with("http"));
    }
    let listed = client.list(files.list(folder).page_size(2)).await;
    assert!(listed.error.is_none(), "{:?}", listed.error);
    let mut names: Vec<_> = listed.items.iter().map(path).collect();
    assert_eq!(listed.total, Some(NAMES.len() as u64));
    let mut expected = NAMES.map(|name| format!("{folder}/{name}"));
    expected.sort();
    names.sort_unstable();
    assert_eq!(names, expected);
    for path in &expected[1..] {
        client.send(files.delete(path)).await.unwrap();
    }
    let left = client.list(files.list(folder)).await.items;
    assert_eq!(left.iter().map(path).collect::<Vec<_>>(), expected[..1]);
    // A deletion whose answer is lost is repeated, and has succeeded although nothing is left.
    let lost = FaultRule::new(Fault::LoseAnswer).on(Operation::DeleteFolder);
    sandbox.set_faults([lost.times(1)]);
    let top = files.delete_folder("/Ann & Bob #1?");
    client.send(top).await.unwrap();
    assert!(client.list(files.list("/")).await.items.is_empty());
}

async fn a_download_that_is_cut_short_is_an_error<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let token = documents(&sandbox);
    let files = Files::through(&token);
    let limits = Limits::default()
        .attempt_timeout(Duration::from_millis(200))
        .backoff(Duration::from_millis(1));
    let client = C::of(config(&sandbox).with_limits(limits));
    let upload = files.upload("/a", "text/plain", &b"0123456789"[..]);
    client.send(upload).await.unwrap();
    let cut = [
        Fault::CloseAfterHeaders,
        Fault::CloseMidBody,
        Fault::StallDuringAnswer,
    ];
    for fault in cut {
        let rule = FaultRule::new(fault).on(Operation::DownloadFile);
        sandbox.set_faults([rule.clone()]);
        let error = client.send(files.download("/a")).await.unwrap_err();
        assert!(matches!(error, Error::Transport(_)), "{error:?}");
        // One that was cut is downloaded again.
        sandbox.set_faults([rule.times(1)]);
        let download = client.send(files.download("/a")).await.unwrap();
        assert_eq!(download.bytes, &b"0123456789"[..]);
    }
    sandbox.clear_faults();
}

async fn an_upload_whose_answer_is_lost_is_an_unknown_outcome<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let token = documents(&sandbox);
    let files = Files::through(&token);
    let uploads = || {
        let served = sandbox.served().into_iter();
        let posts = served.filter(|served| served.method == "POST");
        posts.count()
    };
    let lost = [
        (Fault::LoseAnswer, true),
        (Fault::CreateAndBadGateway, true),
        (Fault::CloseMidBody, true),
        (Fault::AcceptAndClose, false),
    ];
    for (number, (fault, is_there)) in lost.into_iter().enumerate() {
        sandbox.set_faults([FaultRule::new(fault).on(Operation::UploadFile)]);
        let path = format!("/{number}");
        let upload = files.upload(&path, "text/plain", "content");
        let error = client.send(upload).await.unwrap_err();
        assert!(matches!(error, Error::OutcomeUnknown(_)), "{error:?}");
        assert!(error.may_have_side_effects());
        assert_eq!(uploads(), number + 1, "it is sent once");
        let download = client.send(files.download(&path)).await;
        assert_eq!(download.is_ok(), is_there, "{path}");
    }
}

async fn what_is_not_there_or_there_already_is_refused<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let token = documents(&sandbox);
    let files = Files::through(&token);
    let upload = || files.upload("/a/b", "text/plain", "x");
    client.send(upload()).await.unwrap();
    assert_eq!(status(client.send(upload()).await.unwrap_err()), 409);
    let folder = client.send(files.create_folder("/a")).await.unwrap_err();
    assert_eq!(status(folder), 409);
    let none = client.send(files.download("/none")).await.unwrap_err();
    assert_eq!(status(none), 404);
    let none = client.send(files.delete("/none")).await.unwrap_err();
    assert_eq!(status(none), 404);
    let none = client.list(files.list("/none")).await.error;
    assert!(none.is_some(), "a folder that isn't there is not empty");
    // A name with a line break would end the part's header.
    let name = files.upload("/a\r\nb", "text/plain", "x");
    let error = client.send(name).await.unwrap_err();
    assert!(matches!(error, Error::InvalidInput(_)), "{error:?}");
}

async fn a_file_is_as_large_as_the_limits_let_it_be<C: AnyClient>() {
    let large = vec![b'x'; 3 << 20];
    let sandbox = Sandbox::builder().max_body_bytes(4 << 20);
    let sandbox = sandbox.start().unwrap();
    let token = documents(&sandbox);
    let files = Files::through(&token);
    let client = C::of(config(&sandbox));
    let upload = files.upload("/large", "text/plain", large.clone());
    assert_eq!(client.send(upload).await.unwrap().size, Some(3 << 20));
    let download = client.send(files.download("/large")).await.unwrap();
    assert_eq!(download.bytes, large);
    let limits = Limits::default().max_body_bytes((3 << 20) - 1);
    let client = client.configured(config(&sandbox).with_limits(limits));
    let error = client.send(files.download("/large")).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
}
