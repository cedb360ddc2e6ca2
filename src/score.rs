//! A quality score after MQM 2.0, estimated from what was found.
//!
//! The absolute penalty total is the sum of the findings' severity weights (25, 5, 1, 0). The score sets it against what
//! would be tolerated in a text of that length: `100 - (100 - passing) * penalty / tolerated(words)`, so that a text whose
//! penalty is just tolerated scores `passing`. `docs/scoring.md` has the formulas with examples.

/// Words of the sample that tolerances are stated for.
const REFERENCE: f64 = 1000.0;
/// How strongly the tolerance of short texts bends, per word.
const BEND: f64 = 0.003;

/// How tolerance grows with the length of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// In proportion, as MQM's linear model has it.
    Linear,
    /// Up to 1,000 words with the logarithm, because one fault in a short text says less about it; then in proportion.
    #[default]
    Short,
}

/// What is tolerated, and what that is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model {
    /// Penalty points tolerated in 1,000 words; above 0.
    pub tolerance: f64,
    /// The score of a text with just that many, 0 to below 100.
    pub passing: f64,
    /// How tolerance grows with length.
    pub shape: Shape,
}

impl Default for Model {
    fn default() -> Self {
        Self { tolerance: 15.0, passing: 90.0, shape: Shape::Short }
    }
}

impl Model {
    /// The penalty points tolerated in a text of `words` words.
    #[must_use]
    pub fn tolerated(&self, words: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "nobody checks 2^52 words")]
        let words = words as f64;
        match self.shape {
            Shape::Short if words < REFERENCE => self.tolerance * (BEND * words).ln_1p() / (BEND * REFERENCE).ln_1p(),
            _ => self.tolerance * words / REFERENCE,
        }
    }

    /// The score of a text, 0 to 100, higher is better. A text without words has nothing wrong with it.
    #[must_use]
    pub fn score(&self, penalty: f64, words: usize) -> f64 {
        if penalty <= 0.0 {
            return 100.0;
        }
        let tolerated = self.tolerated(words.max(1));
        (100.0 - (100.0 - self.passing) * penalty / tolerated).clamp(0.0, 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 0.05, "{a} is not {b}");
    }

    #[test]
    fn what_is_tolerated_just_passes() {
        let linear = Model { shape: Shape::Linear, ..Model::default() };
        for model in [Model::default(), linear] {
            near(model.score(15.0, 1000), 90.0);
            near(model.score(30.0, 2000), 90.0);
            near(model.score(0.0, 10), 100.0);
            near(model.score(0.0, 0), 100.0);
            near(model.score(1e9, 0), 0.0);
        }
        near(linear.score(5.0, 200), 83.3);
    }

    #[test]
    fn short_texts_are_judged_mildly_and_without_a_jump() {
        let model = Model::default();
        let linear = Model { shape: Shape::Linear, ..model };
        near(model.tolerated(250), 6.06);
        near(model.tolerated(999), model.tolerated(1000));
        for words in [50, 200, 400, 700] {
            assert!(model.tolerated(words) > linear.tolerated(words));
        }
        near(model.score(5.0, 200), 90.2);
    }
}
