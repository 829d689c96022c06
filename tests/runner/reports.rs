//! Reports for CI servers.

use roxmltree::{Document, Node};
use serde_json::Value;

use crate::place::{BROKEN, GREETING, put, run, said, text};
use crate::workplace::Workplace;

#[test]
fn reports_are_well_formed() {
    let place = Workplace::with("a.scenario", GREETING)
        .and("b.scenario", BROKEN)
        .and("c.yaml", "main: [log: '<&\">']\n");
    put(&place, "deep/snapshots/d.scenario.snap", "---\n<<<<<<< ours\n---\nx\n");
    put(&place, "deep/d.scenario", GREETING);
    run(&place, &["test", "--accept", "--filter", "a.scenario"]);
    let ran = run(&place, &["test", "--report-junit", "report.xml", "--report-json", "report.json"]);
    said(&ran, 1, &["spoilt    deep/d.scenario", "the snapshot can't be read: its header is no YAML"]);

    let xml = text(&place, "report.xml");
    assert_valid(&xml);
    for part in [
        "<testsuites name=\"scenario test\" tests=\"4\" failures=\"3\" errors=\"0\"",
        "<testsuite name=\".\" tests=\"3\" failures=\"2\" errors=\"0\" skipped=\"0\" time=\"3.000\">",
        "<testcase name=\"a.scenario\" classname=\".\" time=\"1.000\"/>",
        "<failure message=\"there is no accepted snapshot yet\" type=\"new\">",
        "log      &lt;&amp;&quot;&gt;",
    ] {
        assert!(xml.contains(part), "`{part}` is not in {xml}");
    }
    let report: Value = serde_json::from_str(&text(&place, "report.json")).unwrap();
    assert_eq!(report["summary"]["scenarios"], 4);
    let results: Vec<&str> =
        report["scenarios"].as_array().unwrap().iter().map(|it| it["result"].as_str().unwrap()).collect();
    assert_eq!(results, ["ok", "new", "new", "spoilt"]);
    assert_eq!(
        (&report["scenarios"][1]["fails"], &report["scenarios"][1]["duration"]),
        (&true.into(), &2_000_000_000_u64.into())
    );
    let again = run(&place, &["test", "--report-junit", "out/again.xml", "--jobs", "1"]);
    assert_eq!((again.output, text(&place, "out/again.xml")), (ran.output, xml));
}

#[test]
fn a_report_shows_the_difference() {
    let place = Workplace::with("a.scenario", GREETING).and("b.scenario", GREETING);
    run(&place, &["test", "--accept"]);
    put(&place, "a.scenario", &GREETING.replace("1s", "1234567ns"));
    said(&run(&place, &["test", "--report-junit", "report.xml", "--format", "text"]), 1, &["1 differs"]);
    let xml = text(&place, "report.xml");
    assert_valid(&xml);
    let document = Document::parse(&xml).unwrap();
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).expect("a failure");
    assert_eq!(failure.attribute("type"), Some("differs"));
    assert_eq!(failure.attribute("message"), Some("the trace differs from its snapshot"));
    let shown = failure.text().expect("the difference");
    for line in [
        "    1       |-      0.000s  main              sleep    1s\n",
        "          1 |+      0.000s  main              sleep    1.234567ms\n",
        "          5 |+ok after 0.001234567s, 3 events\n",
    ] {
        assert!(shown.contains(line), "`{line}` is not in {shown}");
    }
    let times: Vec<_> = document.descendants().filter_map(|node| node.attribute("time")).collect();
    assert_eq!(times, ["1.001", "1.001", "0.001", "1.000"]);
}

/// What the schemas of Jenkins and of Surefire ask for: which elements stand in which, with which attributes (`!`:
/// it must be there), how times are written, and that the counts are those of the elements.
fn assert_valid(xml: &str) {
    let document = Document::parse(xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let mut count = 0;
    for element in document.descendants().filter(Node::is_element) {
        let (children, attributes): (&[&str], &[&str]) = match element.tag_name().name() {
            "testsuites" => (&["testsuite"], &["name", "tests", "failures", "errors", "time"]),
            "testsuite" => {
                let attributes = &["name!", "tests!", "failures!", "errors!", "skipped!", "time"];
                (&["testcase"], attributes)
            }
            "testcase" => (&["failure", "skipped"], &["name!", "classname", "time!"]),
            "failure" => (&[], &["message", "type!"]),
            "skipped" => (&[], &["message"]),
            other => panic!("`{other}` is not in the schema"),
        };
        for child in element.children().filter(Node::is_element) {
            assert!(children.contains(&child.tag_name().name()), "{child:?} in {element:?}");
        }
        for attribute in element.attributes() {
            let is_allowed = |known: &&str| known.trim_end_matches('!') == attribute.name();
            assert!(attributes.iter().any(is_allowed), "{attribute:?} of {element:?}");
        }
        for needed in attributes.iter().filter_map(|name| name.strip_suffix('!')) {
            assert!(element.has_attribute(needed), "`{needed}` is missing: {element:?}");
        }
        if let Some(time) = element.attribute("time") {
            let (seconds, decimals) = time.split_once('.').expect("decimals");
            assert!(seconds.parse::<u64>().is_ok() && decimals.parse::<u64>().is_ok(), "{time}");
            assert_eq!(decimals.len(), 3, "{time}");
        }
        let inside = |name: &str| element.descendants().filter(|node| node.has_tag_name(name)).count();
        for (attribute, name) in [("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")] {
            if let Some(told) = element.attribute(attribute) {
                assert_eq!(told, inside(name).to_string(), "{attribute} of {element:?}");
            }
        }
        count += 1;
    }
    assert!(count > 3, "{xml}");
}
