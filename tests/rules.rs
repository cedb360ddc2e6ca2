//! Every rule's examples and the rules about rules, one case each: `cargo test --test rules stray-full-stop`.

use copydesk::rule::{Ruleset, selftest};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let args = Arguments::from_args();
    let set = Ruleset::builtin();
    let trials = selftest::run(&set, None)
        .into_iter()
        .chain(selftest::lint(&set, None))
        .chain(selftest::mutations(&set, None))
        .chain(detectors(&set))
        .map(|test| Trial::test(format!("{}::{}", test.rule, test.name.replace(' ', "_")), move || test.outcome.map_err(Failed::from)))
        .collect();
    libtest_mimic::run(&args, trials).exit();
}

/// Each id a detector asks for is a rule of that detector, and each rule of a detector is asked for.
fn detectors(set: &Ruleset) -> Vec<selftest::TestResult> {
    let mut asked: Vec<(String, String)> = Vec::new();
    let sources = std::fs::read_dir("src/detect").into_iter().flatten().flatten().map(|e| e.path());
    for path in sources.chain(["src/resolve/stet.rs".into()]) {
        let detector = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // A detector of several files asks in the first.
        let file = if path.is_dir() { path.join("mod.rs") } else { path };
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        for call in ["ids.get(\"", " rule(\"", "self.report(\"", "judge.report(\""] {
            asked.extend(text.split(call).skip(1).filter_map(|rest| rest.split_once('"')).map(|(id, _)| (id.to_owned(), detector.clone())));
        }
    }
    let result = |rule: &str, outcome| selftest::TestResult { rule: rule.to_owned(), name: "detector knows it".into(), outcome };
    let missing = asked.iter().filter(|(id, detector)| set.rule(id).is_none_or(|r| r.finder != *detector));
    let unasked =
        set.rules().filter(|r| !matches!(r.finder.as_str(), "match" | "table" | "variants") && !asked.iter().any(|(id, _)| *id == r.id));
    missing
        .map(|(id, detector)| {
            result(id, Err(format!("src/detect/{detector}.rs asks for it, and no rule with detector = \"{detector}\" has that id")))
        })
        .chain(unasked.map(|r| result(&r.id, Err(format!("its detector `{}` never asks for it", r.finder)))))
        .chain([result("detectors", if asked.len() > 10 { Ok(()) } else { Err("found no detectors to judge".into()) })])
        .collect()
}
