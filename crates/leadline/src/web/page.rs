//! The app's page: the build's `index.html` with what is known about this browser put in.

use std::fmt::Write;

use super::boot::Boot;
use crate::workspaces::preferences::{Density, Theme};

/// What a program shows that was built without the web app.
pub(super) const NOT_BUILT: &str = "<!doctype html>
<html lang=\"en\">
<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Leadline</title></head>
<body>
<h1>Leadline is running</h1>
<p>This program was built without the web app. To build both, run <code>make build</code> (it needs Node 20.19 or newer).</p>
<p>The API works without it: see <a href=\"/api/docs/\">the API document</a>.</p>
</body>
</html>
";

/// Places in the page that the server fills in, as `web/index.html` has them.
const ROOT: &str = "<html lang=\"en\"";
const NONCE: &str = "<meta property=\"csp-nonce\" nonce=\"\"";
const HEAD_END: &str = "</head>";
const BOOT: &str = "<script type=\"application/json\" id=\"boot\">";

/// The look is an attribute of the root, so it is there before the first paint and no script has to put it there.
pub(super) fn fill(template: &str, boot: &Boot, preloads: &[String], nonce: &str) -> String {
    let mut links = String::new();
    for file in preloads {
        let _ = write!(links, "<link rel=\"modulepreload\" href=\"{file}\" />");
    }
    template
        .replacen(ROOT, &format!("{ROOT}{}", look(boot)), 1)
        .replacen(
            NONCE,
            &format!("<meta property=\"csp-nonce\" nonce=\"{nonce}\""),
            1,
        )
        .replacen(HEAD_END, &format!("{links}{HEAD_END}"), 1)
        .replacen(BOOT, &format!("{BOOT}{}", harmless(&boot.json)), 1)
}

fn look(boot: &Boot) -> String {
    let theme = match boot.theme {
        Theme::System => "",
        Theme::Light => " data-theme=\"light\"",
        Theme::Dark => " data-theme=\"dark\"",
    };
    let density = match boot.density {
        Density::Compact => "compact",
        Density::Comfortable => "comfortable",
        Density::Touch => "touch",
    };
    format!("{theme} data-density=\"{density}\"")
}

/// JSON that cannot end the element it stands in, whatever somebody has called a lead.
fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_the_app_has_every_place_that_is_filled_in() {
        let template = include_str!("../../../../web/index.html");
        for place in [ROOT, NONCE, HEAD_END, BOOT] {
            assert_eq!(template.matches(place).count(), 1, "{place}");
        }
    }

    #[test]
    fn what_people_write_stays_data() {
        let template = format!("{ROOT}><head>{NONCE} />{HEAD_END}{BOOT}</script></html>");
        let boot = Boot {
            json: "{\"me\":\"</script><script>alert(1)</script><!--\"}".into(),
            theme: Theme::Dark,
            density: Density::Compact,
            cookie: None,
        };
        let page = fill(&template, &boot, &["/assets/board.js".into()], "abc");
        assert!(
            page.starts_with("<html lang=\"en\" data-theme=\"dark\" data-density=\"compact\">")
        );
        assert!(page.contains("nonce=\"abc\""));
        assert!(page.contains("<link rel=\"modulepreload\" href=\"/assets/board.js\" /></head>"));
        assert_eq!(page.matches("<script").count(), 1, "{page}");
        assert_eq!(page.matches("</script>").count(), 1, "{page}");
        assert!(!page.contains("<!--"));
    }
}
