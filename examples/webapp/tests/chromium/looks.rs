//! How it looks: on a narrow screen, to weak eyes, and in the README.

use std::path::Path;

use crate::visit::Visit;

/// Words without a blank, which no line holds.
const LONG: &str = "Pneumonoultramicroscopicsilicovolcanoconiosis_and_other_holiday_pictures";

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_screen_needs_no_sideways_scrolling() {
    let visit = Visit::start().await;
    visit.screen(360, 740, 1.0).await;
    visit.open("/").await;
    fits(&visit).await;
    visit
        .sign_in("AVeryLongNameWithoutABlankInIt_MoreOrLess")
        .await;
    fits(&visit).await;
    visit.connect("Instagram", LONG).await;
    visit.report("CREATED", LONG);
    visit.says("was added").await;
    fits(&visit).await;
    visit.press("Disconnect").await;
    visit.says("We lose access at once").await;
    fits(&visit).await;
    for path in ["/connect/shopify", "/callback?state=x", "/nothing"] {
        visit.open(path).await;
        fits(&visit).await;
    }
    visit.leave().await;
}

/// Nothing has to be scrolled to sideways, and what is to be touched is large enough.
async fn fits(visit: &Visit) {
    let script = "
        const bad = [];
        const page = document.documentElement;
        if (page.scrollWidth > page.clientWidth) bad.push('wider than the screen');
        for (const it of document.querySelectorAll('button, .button, input:not([type=hidden])'))
            if (it.getBoundingClientRect().height < 44) bad.push('too small to touch: ' + it.textContent);
        return bad.length ? bad.concat(location.href) : bad;
    ";
    assert_eq!(visit.ask(script).await, serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn contrast_and_names_by_day_and_by_night() {
    let visit = Visit::start().await;
    visit.sign_in("Reading Rob").await;
    visit.connect("Instagram", "Holiday pictures").await;
    visit.press("Pause").await;
    visit.says("is paused").await;
    visit.report("DELETED", "9");
    visit.says("media 9 was removed").await;
    visit.connect("QuickBooks Online", "The books").await;
    for scheme in ["light", "dark"] {
        visit.colours(scheme).await;
        for path in ["/", "/connect/shopify", "/nothing", "/callback?state=x"] {
            visit.open(path).await;
            let faint = visit.ask(CONTRAST).await;
            assert_eq!(faint, serde_json::json!([]), "faint, {scheme}, {path}");
            let nameless = visit.ask(NAMELESS).await;
            assert_eq!(nameless, serde_json::json!([]), "nameless, {path}");
        }
    }
    visit.leave().await;
}

/// All text whose contrast is below that of WCAG 2.2, level AA.
const CONTRAST: &str = r"
    const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const numbers = colour => colour.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const ground = it => {
        for (; it; it = it.parentElement) {
            const colour = numbers(getComputedStyle(it).backgroundColor);
            if (colour.length === 3 || colour[3] > 0) return colour;
        }
        return [255, 255, 255];
    };
    const faint = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const it = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || it.closest('.unseen, .skip')) continue;
        const style = getComputedStyle(it);
        const [one, two] = [light(numbers(style.color)), light(ground(it))];
        const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
        const large = parseFloat(style.fontSize) >= 24;
        if (ratio < (large ? 3 : 4.5)) faint.push(it.textContent + ' ' + ratio.toFixed(2));
    }
    return faint;
";

/// What can be used and has no name, names that stand twice, and pages without their landmarks.
const NAMELESS: &str = r"
    const bad = [];
    for (const it of document.querySelectorAll('input:not([type=hidden])'))
        if (!it.labels.length) bad.push('no label: ' + it.name);
    for (const it of document.querySelectorAll('button, a'))
        if (!it.textContent.trim()) bad.push('no text: ' + it.outerHTML);
    for (const it of document.querySelectorAll('[aria-describedby], [aria-labelledby]'))
        for (const id of (it.getAttribute('aria-describedby') || it.getAttribute('aria-labelledby')).split(' '))
            if (!document.getElementById(id)) bad.push('no element: ' + id);
    const ids = [...document.querySelectorAll('[id]')].map(it => it.id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) bad.push('twice: ' + id);
    for (const one of ['header', 'main', 'footer', 'h1', 'title'])
        if (document.querySelectorAll(one).length !== 1) bad.push('not one: ' + one);
    if (document.documentElement.lang !== 'en') bad.push('no language');
    return bad;
";

/// The README's pictures, where `SCREENSHOTS` says.
#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_a_desk_and_a_phone() {
    let visit = Visit::start().await;
    visit.colours("light").await;
    visit.sign_in("Ann").await;
    visit.connect("Etsy", "Hand-made mugs").await;
    visit.press("Pause").await;
    visit.says("is paused").await;
    visit.connect("QuickBooks Online", "The books").await;
    visit.connect("Instagram", "Holiday pictures").await;
    visit.report("CREATED", "17");
    visit.says("media 17 was added").await;
    for (name, width, height, scale) in [("desk", 1200, 1120, 1.0), ("phone", 390, 800, 1.5)] {
        visit.screen(width, height, scale).await;
        let picture = visit.driver.screenshot_as_png().await.expect("a picture");
        assert!(picture.len() > 10 * 1024, "{name} is blank");
        if let Ok(folder) = std::env::var("SCREENSHOTS") {
            let file = Path::new(&folder).join(format!("{name}.png"));
            std::fs::write(file, picture).expect("a file");
        }
    }
    visit.leave().await;
}
