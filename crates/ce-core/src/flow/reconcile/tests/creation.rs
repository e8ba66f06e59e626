//! What is answered to a creation, and the search that follows.

use super::*;

/// Creates an instance on a platform that answers the creation so, and each look with `looked`.
fn create(created: Answer, looked: impl Fn(Duration) -> Answer) -> (Found, Duration, usize) {
    let (config, request) = (platform(seconds(50)), request().recoverable());
    let create = request.create(&config, pending(&request).without_consent());
    let (mut created, mut looks) = (Some(created), 0);
    let (output, took) = drive(create.unwrap(), |sent, now| {
        created.take().unwrap_or_else(|| {
            assert_eq!(sent.method(), "GET", "it is created twice");
            looks += 1;
            looked(now)
        })
    });
    (output, took, looks)
}

#[test]
fn a_platform_that_is_busy_is_not_asked_sooner_than_it_wants() {
    let (output, took, looks) = create(busy(20), |_| ours());
    assert_eq!((output.unwrap().id.get(), looks), (7, 1));
    assert!(took >= seconds(20), "{took:?}");
    let (output, _, looks) = create(busy(3600), |_| ours());
    assert!(matches!(
        assert_unknown(output).reason(),
        Error::Unavailable(_)
    ));
    assert_eq!(looks, 0);
}

#[test]
fn an_answer_with_another_flows_instance_proves_nothing() {
    let foreign = || answer(200, STRANGER);
    let (output, ..) = create(foreign(), |_| ours());
    assert_eq!(output.unwrap().id.get(), 7);
    // Ours, in any form, and one without tags is taken for it.
    let tag = recoverable().correlation_tag().unwrap().to_owned();
    for tags in [json!([tag]), json!([tag, null]), json!(null)] {
        let mut ours = tagged(7);
        ours["tags"] = tags;
        let (output, _, looks) = create(answer(200, ours.to_string()), |_| none_found());
        assert_eq!((output.unwrap().id.get(), looks), (7, 0));
    }
    // The platform may have dropped the tag.
    let (output, ..) = create(foreign(), |_| none_found());
    let unknown = assert_unknown(output);
    assert!(matches!(unknown.reason(), Error::UnexpectedInstance { .. }));
}
