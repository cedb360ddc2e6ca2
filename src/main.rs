use copydesk::{
    check::*,
    rule::{Ruleset, selftest},
    source::SourceFile,
    view::*,
};
fn main() {
    let set = Ruleset::builtin();
    let args: Vec<String> = std::env::args().collect();
    if args.get(1).map(String::as_str) == Some("test") {
        let r = selftest::run(&set, args.get(2).map(String::as_str));
        let mut ok = 0;
        for t in &r {
            match &t.outcome {
                Ok(()) => ok += 1,
                Err(e) => println!("FAIL {} {}: {e}", t.rule, t.name),
            }
        }
        println!("{ok} of {}", r.len());
        return;
    }
    if args.get(1).map(String::as_str) == Some("explain") {
        for l in explain_text(&set, &args[2], &args[3]) {
            println!("{l}");
        }
        return;
    }
    if args.get(1).map(String::as_str) == Some("check") {
        let s = Settings::new(&set, false);
        let mut docs = vec![];
        let mut names: Vec<_> = std::fs::read_dir(args.last().unwrap()).unwrap().map(|e| e.unwrap().path()).collect();
        names.sort();
        for a in names {
            let src = SourceFile::from_str(a.to_str().unwrap(), &std::fs::read_to_string(&a).unwrap());
            let v = View::build(Format::Plain, &src.text);
            let (f, w) = check(&set, &src, &v, &s);
            let c = |o: u32| src.text[..o as usize].chars().count();
            docs.push(serde_json::json!({"path": src.path, "words": w, "findings": f.iter().map(|f| serde_json::json!({"rule": f.rule.id, "severity": f.severity.name(), "span": {"start": {"char": c(f.span.start)}, "end": {"char": c(f.span.end)}}})).collect::<Vec<_>>()}));
        }
        println!("{}", serde_json::json!({"documents": docs}));
        return;
    }
    let s = Settings { severities: set.rules().map(|r| Some(r.severity)).collect(), ..Default::default() };
    for a in &args[1..] {
        let src = SourceFile::from_str(a, &std::fs::read_to_string(a).unwrap());
        let v = View::build(Format::Plain, &src.text);
        let (f, w) = check(&set, &src, &v, &s);
        println!("{a}: {w} words");
        for f in f {
            println!("  {:<26} «{}» -> {:?} {}", f.rule.id, f.quote, f.fixes.first().map(|x| x.title.clone()), f.severity.name());
        }
    }
}
