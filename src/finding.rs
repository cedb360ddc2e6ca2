//! What a rule says about a text: findings, their evidence and their fixes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::span::Span;

/// The harm of a fault, with MQM's names; ordered from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look; no penalty.
    Neutral,
    /// Noticed, not misleading.
    Minor,
    /// Misleading or hard to read.
    Major,
    /// Must not be published.
    Critical,
}

impl Severity {
    /// All severities, least first.
    pub const ALL: [Self; 4] = [Self::Neutral, Self::Minor, Self::Major, Self::Critical];

    /// The MQM penalty weight.
    #[must_use]
    pub fn weight(self) -> f64 {
        match self {
            Self::Neutral => 0.0,
            Self::Minor => 1.0,
            Self::Major => 5.0,
            Self::Critical => 25.0,
        }
    }
    /// The name as written in configuration and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }
}

/// How sure a rule is; kept apart from severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// More often a hint than a fault.
    Low,
    /// Usually right.
    Medium,
    /// Right on nearly all text it was measured on.
    High,
}

impl Confidence {
    /// The name as written in configuration and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// How far a fix may be applied without a person reading it; `applies(min)` is `self >= min`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// Shown, never applied: it touches a name, number, date, quotation or negation, or has rivals.
    Display,
    /// Changes words; applied with `--unsafe`.
    Unsafe,
    /// Cannot change what a reader learns.
    Safe,
}

impl Safety {
    /// The name as written in rules and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Display => "display",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// Replaces the bytes at `at` by `text` (already escaped for the file's format).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub at: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// One way to mend a finding; its edits apply together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, in a few words.
    pub title: String,
    /// Non-overlapping edits in text order.
    pub edits: Vec<Edit>,
    /// How far it may be applied unread.
    pub safety: Safety,
}

/// Something that speaks for a finding, with its place where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// One clause.
    pub message: String,
    /// Where it stands.
    pub span: Option<Span>,
}

/// A rule's identity as findings carry it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRef {
    /// Kebab-case id that names the fault.
    pub id: String,
    /// MQM category, such as `linguistic-conventions/punctuation`.
    pub category: String,
    /// Why it matters, one or two sentences.
    pub why: String,
}

/// One fault in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: Arc<RuleRef>,
    /// Harm, after configuration.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What is wrong here, one sentence.
    pub message: String,
    /// The flagged bytes of the source text.
    pub span: Span,
    /// `span` as text, exactly as in the file.
    pub quote: String,
    /// The bytes of the sentence (or block) around the finding, for windowing reports.
    pub context: Span,
    /// What speaks for it.
    pub evidence: Vec<Evidence>,
    /// Ways to mend it, best first.
    pub fixes: Vec<Fix>,
    /// Ids of other rules that saw the same fault.
    pub also: Vec<String>,
    /// Stable identity: 16 lower-case hex digits.
    pub fingerprint: String,
}
