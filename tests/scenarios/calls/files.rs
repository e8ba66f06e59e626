//! Files and folders of an instance.

use ce_tests::prelude::*;

on_both_clients! {
    files_are_uploaded_listed_linked_downloaded_and_deleted,
    a_download_that_is_cut_is_repeated_or_an_error,
    an_upload_whose_answer_is_lost_is_an_unknown_outcome,
    what_is_not_there_or_there_already_is_refused,
    a_file_may_be_large,
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

fn path(file: &File) -> &str {
    file.path.as_deref().unwrap()
}

async fn files_are_uploaded_listed_linked_downloaded_and_deleted(kind: Kind) {
    let (sandbox, client) = kind.start();
    let token = added(&sandbox, "amazons3");
    let files = Files::through(&token).hub("documents");
    let folder = "/Ann & Bob #1?/ä";
    client.ok(files.create_folder(folder)).await;
    // Every byte there is, and what ends a part of a body.
    let content: Vec<u8> = (0..=255).chain(*b"\r\n--\r\n--X--\r\n\r\n").collect();
    let mut expected = NAMES.map(|name| format!("{folder}/{name}"));
    for (at, name) in expected.iter().zip(NAMES) {
        let upload = files.upload(at, "text/x-mine", content.clone());
        let file = client.ok(upload).await;
        assert_eq!((path(&file), file.name.as_deref()), (&**at, Some(name)));
        let size = content.len() as u64;
        assert_eq!((file.size, file.directory), (Some(size), Some(false)));
        let download = client.ok(files.download(at)).await;
        assert_eq!(download.bytes, content);
        assert_eq!(download.media_type.as_deref(), Some("text/x-mine"));
        assert!(download.instance_id.is_some() && download.request_id.is_some());
        let id = file.id.as_ref().and_then(|id| id.as_str()).unwrap();
        let by_id = client.ok(files.download_by_id(&*id)).await;
        assert_eq!(by_id.bytes, content);
        let links = client.ok(files.links(at)).await;
        assert!(links.text("cloudElementsLink").unwrap().starts_with("http"));
    }
    expected.sort();
    let listed = client.list(files.list(folder).page_size(2)).await;
    assert_eq!(listed.total, Some(NAMES.len() as u64));
    let listed = listed.all().unwrap();
    let mut paths: Vec<_> = listed.iter().map(path).collect();
    paths.sort_unstable();
    assert_eq!(paths, expected);
    for path in &expected[1..] {
        client.ok(files.delete(path)).await;
    }
    let left = client.items(files.list(folder)).await;
    assert_eq!(left.iter().map(path).collect::<Vec<_>>(), expected[..1]);
    // A deletion whose answer is lost is repeated, and has succeeded although nothing is left.
    let lost = FaultRule::new(Fault::LoseAnswer).on(Operation::DeleteFolder);
    sandbox.set_faults([lost.times(1)]);
    let deleted = client.ok(files.delete_folder("/Ann & Bob #1?")).await;
    assert!(deleted.request_id.is_some());
    assert!(client.items(files.list("/")).await.is_empty());
}

async fn a_download_that_is_cut_is_repeated_or_an_error(kind: Kind) {
    let limits = Limits::default()
        .attempt_timeout(Duration::from_millis(200))
        .backoff(Duration::from_millis(1));
    let (sandbox, client) = kind.start_within(limits);
    let token = added(&sandbox, "amazons3");
    let files = Files::through(&token);
    client.ok(files.upload("/a", "text/plain", "content")).await;
    for (fault, cause) in [
        (Fault::CloseAfterHeaders, "Interrupted"),
        (Fault::CloseMidBody, "Interrupted"),
        (Fault::StallDuringAnswer, "Timeout"),
    ] {
        let cut = FaultRule::new(fault).on(Operation::DownloadFile);
        sandbox.set_faults([cut.clone().times(1)]);
        assert_eq!(client.ok(files.download("/a")).await.bytes, "content");
        sandbox.set_faults([cut]);
        assert_eq!(client.ends(files.download("/a")).await, cause);
    }
}

async fn an_upload_whose_answer_is_lost_is_an_unknown_outcome(kind: Kind) {
    let (sandbox, client) = kind.start();
    let token = added(&sandbox, "amazons3");
    let files = Files::through(&token);
    for (path, fault, is_there) in [
        ("/a", Fault::LoseAnswer, true),
        ("/b", Fault::CloseMidBody, true),
        ("/c", Fault::AcceptAndClose, false),
    ] {
        sandbox.set_faults([FaultRule::new(fault).on(Operation::UploadFile)]);
        let upload = files.upload(path, "text/plain", "content");
        assert_eq!(client.ends(upload).await, "unknown");
        let download = client.send(files.download(path)).await;
        assert_eq!(download.is_ok(), is_there, "{path}");
    }
    let served = sandbox.served();
    let posts = served.iter().filter(|it| it.method == "POST");
    assert_eq!(posts.count(), 3, "each is sent once");
}

async fn what_is_not_there_or_there_already_is_refused(kind: Kind) {
    let (sandbox, client) = kind.start();
    let token = added(&sandbox, "amazons3");
    let files = Files::through(&token);
    let upload = |path| files.upload(path, "text/plain", "x");
    client.ok(upload("/a/b")).await;
    assert_eq!(client.ends(upload("/a/b")).await, "refused 409");
    let folder = files.create_folder("/a");
    assert_eq!(client.ends(folder).await, "refused 409");
    assert_eq!(client.ends(files.download("/none")).await, "refused 404");
    assert_eq!(client.ends(files.delete("/none")).await, "refused 404");
    // A folder that isn't there is not empty.
    assert!(client.list(files.list("/none")).await.error.is_some());
    // A name with a line break would end the part's header.
    assert_eq!(client.ends(upload("/a\r\nb")).await, "invalid");
}

async fn a_file_may_be_large(kind: Kind) {
    const SIZE: usize = 3 << 20;
    let sandbox = Sandbox::builder().max_body_bytes(4 << 20).start().unwrap();
    let token = added(&sandbox, "amazons3");
    let files = Files::through(&token);
    let client = kind.client(config(&sandbox));
    let large = vec![b'x'; SIZE];
    let upload = files.upload("/large", "text/plain", large.clone());
    assert_eq!(client.ok(upload).await.size, Some(SIZE as u64));
    let download = client.ok(files.download("/large")).await;
    assert_eq!(download.bytes, large);
}
