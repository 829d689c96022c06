//! What programs are told: reports as JUnit's XML and as JSON.
//!
//! Both are the same each time: where other tools write how long a test took, these write the virtual time.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::find::File;
use super::human::{Counts, details, reason, word};
use super::trial::{Deed, Tested, Verdict};
use crate::render::Colour;

/// A scenario with what came of it.
pub(super) type Case = (File, Tested);

/// The report in the XML of JUnit, in the manner of Jenkins: a suite for each folder, a case for each scenario.
pub(super) fn junit(cases: &[Case], counts: &Counts) -> String {
    let mut suites: BTreeMap<String, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        let folder = case.0.path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        suites.entry(shown(folder)).or_default().push(case);
    }
    let time = seconds(cases.iter());
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.push_str(&format!(
        "<testsuites name=\"scenario test\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{time}\">\n",
        cases.len(),
        counts.failed()
    ));
    for (folder, cases) in &suites {
        push_suite(&mut xml, folder, cases);
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn push_suite(xml: &mut String, folder: &str, cases: &[&Case]) {
    let skipped = cases.iter().filter(|(_, tested)| is_skipped(tested)).count();
    let failures = cases.iter().filter(|(_, tested)| tested.is_failure()).count() - skipped;
    let folder = escaped(folder);
    xml.push_str(&format!(
        "  <testsuite name=\"{folder}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"{}\">\n",
        cases.len(),
        seconds(cases.iter().copied())
    ));
    for case in cases {
        let (file, tested) = case;
        let name = file.path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        xml.push_str(&format!(
            "    <testcase name=\"{}\" classname=\"{folder}\" time=\"{}\"",
            escaped(&name),
            seconds([*case].into_iter())
        ));
        if is_skipped(tested) {
            xml.push_str(">\n      <skipped/>\n    </testcase>\n");
        } else if tested.is_failure() {
            xml.push_str(&format!(
                ">\n      <failure message=\"{}\" type=\"{}\">{}</failure>\n    </testcase>\n",
                escaped(&reason(tested)),
                word(tested),
                escaped(details(tested, Colour::Plain).trim_end())
            ));
        } else {
            xml.push_str("/>\n");
        }
    }
    xml.push_str("  </testsuite>\n");
}

fn is_skipped(tested: &Tested) -> bool {
    matches!(tested.verdict, Verdict::Interrupted)
}

/// A time in seconds, with as many decimals as Surefire's schema allows.
fn seconds<'a>(cases: impl Iterator<Item = &'a Case>) -> String {
    let duration = |(_, tested): &Case| tested.taken.as_ref().map_or(0, |taken| u128::from(taken.duration));
    let total: u128 = cases.map(duration).sum();
    format!("{}.{:03}", total / 1_000_000_000, total / 1_000_000 % 1_000)
}

/// Text for XML; characters that XML has no way to write become U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(letter),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(letter),
        }
    }
    out
}

/// The report in JSON: `summary`, `unreferenced`, and `scenarios` with `file`, `result`, `reason`, `fails`,
/// `ending`, `duration` in nanoseconds, `events`, `snapshot`, `written` and `details`.
pub(super) fn json(cases: &[Case], counts: &Counts, unreferenced: &[std::path::PathBuf]) -> String {
    let scenarios: Vec<Value> = cases.iter().map(|(file, tested)| scenario(file, tested)).collect();
    let report = json!({
        "summary": {
            "scenarios": counts.all(),
            "passed": counts.passed,
            "accepted": counts.accepted,
            "new": counts.new,
            "differ": counts.differ,
            "wrong": counts.wrong,
            "not_run": counts.not_run,
        },
        "unreferenced": unreferenced.iter().map(|path| shown(path)).collect::<Vec<_>>(),
        "scenarios": scenarios,
    });
    format!("{report:#}\n")
}

fn scenario(file: &File, tested: &Tested) -> Value {
    let place = &tested.place;
    let written = match tested.deed {
        Deed::Nothing => None,
        Deed::Suspended => Some(shown(&place.pending)),
        Deed::Accepted => Some(shown(&place.accepted)),
    };
    let taken = tested.taken.as_ref();
    let text = |text: String| (!text.is_empty()).then_some(text);
    json!({
        "file": shown(&file.path),
        "result": word(tested),
        "reason": text(reason(tested)),
        "fails": tested.is_failing_run(),
        "ending": taken.and_then(|taken| text(taken.ending.clone())),
        "duration": taken.map(|taken| taken.duration),
        "events": taken.map(|taken| taken.events),
        "snapshot": shown(&place.accepted),
        "written": written,
        "details": text(details(tested, Colour::Plain)),
    })
}

fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_can_hold_anything() {
        assert_eq!(escaped("a<b> & \"c\"\n\u{1b}[0m é"), "a&lt;b&gt; &amp; &quot;c&quot;\n\u{fffd}[0m é");
    }
}
