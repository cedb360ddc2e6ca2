//! Every rule's examples and the rules about rules, one case each: `cargo test --test rules stray-full-stop`.

use copydesk::rule::{Ruleset, selftest};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let args = Arguments::from_args();
    let set = Ruleset::builtin();
    let trials = selftest::run(&set, None)
        .into_iter()
        .chain(selftest::mutations(&set, None))
        .map(|test| Trial::test(format!("{}::{}", test.rule, test.name.replace(' ', "_")), move || test.outcome.map_err(Failed::from)))
        .collect();
    libtest_mimic::run(&args, trials).exit();
}
