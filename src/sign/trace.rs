//! How a signature came about: data that `explain`, `verify` and diagnosis
//! read.

use crate::model::headers::Piece;

/// One step from request to signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The specification's name for what this step makes.
    pub name: &'static str,
    /// The section that defines it.
    pub section: &'static str,
    /// What came out, each part public or secret.
    pub pieces: Vec<Piece>,
}

impl Step {
    /// The step's outcome with secrets as they are.
    pub fn exposed(&self) -> String {
        Piece::exposed(&self.pieces)
    }

    /// The step's outcome with secrets masked.
    pub fn masked(&self) -> String {
        Piece::masked(&self.pieces)
    }
}

/// Whether signing takes down its steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tracing {
    /// It does.
    #[default]
    On,
    /// It does not, and spends nothing on them: for whoever only sends.
    Off,
}

/// The steps in order. The last one is the signature, where there is any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The steps.
    pub steps: Vec<Step>,
}

impl Tracing {
    /// The trace that `tell` writes; an empty one when nobody wants it.
    pub fn trace(self, tell: impl FnOnce(&mut Trace)) -> Trace {
        let mut trace = Trace::default();
        if self == Self::On {
            tell(&mut trace);
        }
        trace
    }
}

impl Trace {
    /// Adds a step that may be shown.
    pub fn text(&mut self, name: &'static str, section: &'static str, text: impl Into<String>) {
        self.pieces(name, section, vec![Piece::text(text)]);
    }

    /// Adds a step of several parts.
    pub fn pieces(&mut self, name: &'static str, section: &'static str, pieces: Vec<Piece>) {
        self.steps.push(Step { name, section, pieces });
    }

    /// The step of that name.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// The signature: the last step.
    pub fn signature(&self) -> Option<String> {
        self.steps.last().map(Step::exposed)
    }
}
