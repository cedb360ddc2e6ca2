//! The command line as users type it: every `console` block in `tests/cmd` and the README is run and compared.
//! `TRYCMD=overwrite cargo test --test cli` writes what is printed now; read the difference before you commit it.

#[test]
fn commands() {
    trycmd::TestCases::new().case("tests/cmd/*.md").case("tests/cmd/*.toml").case("README.md");
}

/// What CONTRIBUTING shows as run is run: each of its sessions stands in a tested one.
#[test]
fn the_contributors_session_is_a_tested_one() {
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    let sessions = read("tests/cmd/rules.md");
    let guide = read("CONTRIBUTING.md");
    let blocks: Vec<&str> = guide.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 3);
    for block in blocks {
        assert!(sessions.contains(block), "not a tested session:\n{block}");
    }
}
