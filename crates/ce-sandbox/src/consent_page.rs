use std::fmt::Write as _;

use crate::markup::escaped;
use crate::oauth_url::consent_path;
use crate::question::Question;

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
pub(crate) fn question(question: &Question, nonce: &str) -> String {
    let provider = escaped(&question.element.name);
    let client = escaped(&question.client_id);
    let host = escaped(question.callback.host());
    let mut scopes = String::new();
    for scope in question.scopes() {
        let _ = write!(scopes, "<li>{}</li>", escaped(scope));
    }
    let scopes = match scopes.as_str() {
        "" => "<p>Nothing beyond knowing your account.</p>".to_owned(),
        scopes => format!("<ul>{scopes}</ul>"),
    };
    let mut hidden = String::new();
    for (name, value) in question.fields() {
        let value = escaped(value);
        let _ = write!(
            hidden,
            r#"<input type="hidden" name="{name}" value="{value}">"#
        );
    }
    let action = escaped(&consent_path(&question.element.key));
    document(
        &format!("Allow access to {provider}?"),
        nonce,
        &format!(
            r#"<p>The application <strong>{client}</strong> would like to use your {provider} account.</p>
<h2>It asks for</h2>
{scopes}
<form method="post" action="{action}">
{hidden}
<div class="choice"><button type="submit" name="decision" value="allow">Allow</button><button type="submit" name="decision" value="deny">Deny</button></div>
</form>
<p class="note">Either way you go back to <strong>{host}</strong>. This is a sandbox: it stands in for {provider}, and no real account is involved.</p>"#
        ),
    )
}

/// The page that says why there is no question.
pub(crate) fn refusal(reason: &str, nonce: &str) -> String {
    document(
        "This request cannot be answered",
        nonce,
        &format!(
            "<p>{}</p>\n<p class=\"note\">You were not sent on. \
             Go back to the application and start again.</p>",
            escaped(reason)
        ),
    )
}

/// `title` and `content` are HTML already.
fn document(title: &str, nonce: &str, content: &str) -> String {
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style nonce="{nonce}">{STYLE}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"#
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::absolute_url::AbsoluteUrl;
    use crate::catalogue::Catalogue;
    use crate::question::Way;

    fn ask(client_id: &str, callback: &str, scope: Option<&str>, state: Option<&str>) -> String {
        let catalogue = Catalogue::built_in().unwrap();
        let asked = Question {
            element: Arc::clone(catalogue.find("instagram").unwrap()),
            client_id: client_id.to_owned(),
            callback: AbsoluteUrl::parse(callback).unwrap(),
            way: Way::Code {
                scope: scope.map(str::to_owned),
                state: state.map(str::to_owned),
            },
        };
        question(&asked, "n0nce")
    }

    #[test]
    fn it_names_the_application_where_it_returns_and_each_scope() {
        let page = ask(
            "my-app",
            "https://app.example:8443/cb?a=b",
            Some("basic likes,comments"),
            None,
        );
        for part in [
            "<html lang=\"en\">",
            "<title>Allow access to Instagram?</title>",
            "<strong>my-app</strong>",
            "<strong>app.example:8443</strong>",
            "<li>basic</li><li>likes</li><li>comments</li>",
            "<form method=\"post\" action=\"/provider/instagram/authorize\">",
            "name=\"redirect_uri\" value=\"https://app.example:8443/cb?a=b\"",
            "name=\"decision\" value=\"allow\">Allow</button>",
            "name=\"decision\" value=\"deny\">Deny</button>",
            "<style nonce=\"n0nce\">",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        assert!(!page.contains("name=\"state\""), "no state was given");
        assert!(!page.contains("<script"));
    }

    #[test]
    fn hostile_input_stays_text() {
        let hostile = "\"><script>alert('x')</script>&";
        let page = ask(
            hostile,
            "http://h/?\"><script>",
            Some(hostile),
            Some(hostile),
        );
        assert!(!page.contains("<script"), "{page}");
        assert!(!page.contains("alert('x')"), "{page}");
        assert!(
            page.contains(
                "value=\"&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;\""
            )
        );
        assert!(!refusal(hostile, "n").contains("<script"));
    }
}
