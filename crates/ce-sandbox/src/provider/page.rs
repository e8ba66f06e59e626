use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::authorization_request::AuthorizationRequest;

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5a6576;--card:#fff;--ground:#eef1f6;--line:#d5dbe5;--accent:#2450c4}\
@media(prefers-color-scheme:dark){:root{--ink:#e9edf4;--soft:#a3aec0;--card:#1b212b;--ground:#11151c;--line:#343d4c;--accent:#8fb0ff}}\
*{box-sizing:border-box}\
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}\
main{width:100%;max-width:28rem;padding:2rem 1.5rem;background:var(--card);border:1px solid var(--line);border-radius:1rem}\
h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25}h2{margin:1.5rem 0 .5rem;font-size:1rem}\
ul{margin:0;padding-left:1.25rem}strong,li{overflow-wrap:anywhere}\
.note{margin:1.5rem 0 0;color:var(--soft);font-size:.875rem}\
.choice{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}\
button{flex:1 1 8rem;min-height:2.75rem;border:1px solid var(--accent);border-radius:.5rem;background:none;color:var(--accent);font:inherit;font-weight:600;cursor:pointer}\
button[value=allow]{background:var(--accent);color:var(--card)}\
button:focus-visible{outline:3px solid var(--ink);outline-offset:2px}";

/// The page that asks the user.
pub(super) fn question(request: &AuthorizationRequest, nonce: &str) -> Markup {
    let provider = &request.element.name;
    let scopes: Vec<&str> = request.scopes().collect();
    document(
        &format!("Allow access to {provider}?"),
        nonce,
        html! {
            p {
                "The application " strong { (request.client_id) } " would like to use your " (provider)
                " account."
            }
            h2 { "It asks for" }
            @if scopes.is_empty() {
                p { "Nothing beyond knowing your account." }
            } @else {
                ul { @for scope in scopes { li { (scope) } } }
            }
            // It goes to the page's own address, which has what was asked for.
            form .choice method="post" {
                button type="submit" name="decision" value="allow" { "Allow" }
                button type="submit" name="decision" value="deny" { "Deny" }
            }
            p .note {
                "Either way you go back to " strong { (request.callback.host()) } ". This is a sandbox: it \
                 stands in for " (provider) ", and no real account is involved."
            }
        },
    )
}

/// The page that says why there is no question.
pub(super) fn error(reason: &str, nonce: &str) -> Markup {
    document(
        "This request cannot be answered",
        nonce,
        html! {
            p { (reason) }
            p .note { "You were not sent on. Go back to the application and start again." }
        },
    )
}

fn document(title: &str, nonce: &str, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style nonce=(nonce) { (PreEscaped(STYLE)) }
            }
            body { main { h1 { (title) } (content) } }
        }
    }
}
