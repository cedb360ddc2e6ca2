//! From raw findings to what is reported: stable identities, editors' decisions, one finding per fault.

pub mod comment;
pub mod fingerprint;
pub mod stet;

use crate::finding::Finding;

/// Merges findings on the same fault: where spans share bytes, the most severe, surest, longest one stays and names
/// the others in `also`. A span that merely contains a much smaller one is another fault.
#[must_use]
pub fn cluster(findings: Vec<Finding>) -> Vec<Finding> {
    let mut findings = findings;
    findings.sort_by(|a, b| (a.span, &a.rule.id).cmp(&(b.span, &b.rule.id)));
    let mut kept = Vec::with_capacity(findings.len());
    // Only findings that touch can be one fault; runs of touching ones are short.
    let mut run: Vec<Finding> = Vec::new();
    let mut end = 0;
    for finding in findings {
        if !run.is_empty() && finding.span.start > end {
            merge(std::mem::take(&mut run), &mut kept);
        }
        end = if run.is_empty() { finding.span.end } else { end.max(finding.span.end) };
        run.push(finding);
    }
    merge(run, &mut kept);
    kept.sort_by(|a, b| (a.span, &a.rule.id).cmp(&(b.span, &b.rule.id)));
    kept
}

/// Merges the findings of one run of touching spans into `kept`.
fn merge(run: Vec<Finding>, kept: &mut Vec<Finding>) {
    let first = kept.len();
    let mut run = run;
    let rank = |f: &Finding| (f.severity, f.confidence, f.span.len());
    run.sort_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| (a.span, &a.rule.id).cmp(&(b.span, &b.rule.id))));
    for finding in run {
        match kept[first..].iter_mut().find(|k| same_fault(k, &finding)) {
            Some(best) => {
                if best.rule.id != finding.rule.id && !best.also.contains(&finding.rule.id) {
                    best.also.push(finding.rule.id.clone());
                    best.also.sort();
                }
            }
            None => kept.push(finding),
        }
    }
}

fn same_fault(a: &Finding, b: &Finding) -> bool {
    let (long, short) = if a.span.len() >= b.span.len() { (a.span, b.span) } else { (b.span, a.span) };
    let wrapper = long.len() > 60 && long.len() >= short.len() * 4;
    if a.span == b.span {
        return true;
    }
    // Flagged words may overlap while the faults, and so the edits, stand side by side.
    let edits = |f: &Finding| f.fixes.first().map_or(Vec::new(), |fix| fix.edits.iter().map(|e| e.at).collect());
    let (x, y) = (edits(a), edits(b));
    let apart = !x.is_empty() && !y.is_empty() && !x.iter().any(|e| y.iter().any(|o| e.overlaps(*o) || e == o));
    a.span.overlaps(b.span) && !wrapper && !apart
}
