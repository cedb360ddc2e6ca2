//! The command line as users type it: every `console` block in `tests/cmd` and the README is run and compared.
//! `TRYCMD=overwrite cargo test --test cli` writes what is printed now; read the difference before you commit it.

#[test]
fn commands() {
    trycmd::TestCases::new().case("tests/cmd/*.md").case("tests/cmd/*.toml").case("README.md").case("CONTRIBUTING.md");
}
