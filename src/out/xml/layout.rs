//! Decides where lines break.

use super::tag::show;

/// How much is kept back at most until an element's end shows what it holds;
/// behind that, one that holds elements is taken for one that holds no text.
pub(super) const AHEAD: usize = 32 * 1024;

/// How deep elements may nest: deeper ones only fill the screen with
/// indentation, which grows with the square of the input.
pub(super) const DEPTH_LIMIT: usize = 512;

/// What an element holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    /// Nothing yet that would tell.
    Open,
    /// Elements, comments and instructions, with white space that may change.
    Elements,
    /// Text too, so that white space stays.
    Mixed,
}

/// An element whose end has not come.
#[derive(Debug)]
struct Element {
    name: Vec<u8>,
    content: Content,
    has_child: bool,
    /// The first of the breaks that lie in it.
    first_break: usize,
}

/// A place where a line may break.
#[derive(Debug)]
struct Break {
    /// Where in what is held.
    at: usize,
    /// How many elements are open, that which it belongs to included.
    level: usize,
    /// By how many levels the next line is indented.
    indent: usize,
    /// How much white space stands there.
    white_length: usize,
    decision: Decision,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Open,
    NewLine,
    AsItWas,
}

/// Text on its way out, with the places where lines may break.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// What is decided.
    ready: Vec<u8>,
    /// What is not, from the first break on that is not.
    held: Vec<u8>,
    breaks: Vec<Break>,
    /// The white space of the breaks, one after the other.
    whites: Vec<u8>,
    /// How many breaks are not decided.
    undecided: usize,
    open: Vec<Element>,
    /// White space of which it is not clear whether it may change.
    white: Vec<u8>,
    /// Whether the root element has been there.
    has_root: bool,
    /// Whether anything has been there.
    has_begun: bool,
}

impl Layout {
    /// Where what comes next belongs.
    pub(super) fn target(&mut self) -> &mut Vec<u8> {
        if self.breaks.is_empty() { &mut self.ready } else { &mut self.held }
    }

    /// What can be written; the caller empties it.
    pub(super) fn ready(&mut self) -> &mut Vec<u8> {
        &mut self.ready
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether the root element has begun.
    pub(super) fn has_root(&self) -> bool {
        self.has_root
    }

    /// Whether anything but white space has been there.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Takes white space between markup or at the beginning of a text. Says
    /// whether it is to be taken as text.
    pub(super) fn white(&mut self, white: &[u8]) -> bool {
        let Some(element) = self.open.last() else { return false };
        let is_text = element.content == Content::Mixed || self.white.len() + white.len() > AHEAD;
        if !is_text {
            self.white.extend_from_slice(white);
        }
        is_text
    }

    /// Text begins or goes on: from here on white space stays.
    ///
    /// # Errors
    /// Why no text may stand here.
    pub(super) fn text(&mut self) -> Result<(), &'static str> {
        let Some(element) = self.open.last_mut() else {
            return Err("text stands outside of the root element");
        };
        if element.content != Content::Mixed {
            element.content = Content::Mixed;
            let first = element.first_break;
            self.decide(first, usize::MAX, Decision::AsItWas);
            self.put_white();
        }
        Ok(())
    }

    /// A comment, an instruction or a tag that ends none begins.
    pub(super) fn boundary(&mut self) {
        let level = self.open.len();
        match self.open.last().map(|element| element.content) {
            Some(Content::Mixed) => self.put_white(),
            Some(Content::Open) => self.add_break(level, level, Decision::Open),
            Some(Content::Elements) => self.add_break(level, level, Decision::NewLine),
            None => {
                self.white.clear();
                if self.has_begun {
                    self.target().push(b'\n');
                }
            }
        }
        self.has_begun = true;
    }

    /// An element begins here, behind its [`Self::boundary`].
    ///
    /// # Errors
    /// Why none may.
    pub(super) fn start(
        &mut self,
        name: &[u8],
        preserves_space: bool,
        is_empty: bool,
    ) -> Result<(), &'static str> {
        let mut content = if preserves_space { Content::Mixed } else { Content::Open };
        match self.open.last_mut() {
            Some(around) => {
                around.has_child = true;
                if around.content == Content::Mixed {
                    content = Content::Mixed;
                }
            }
            None if std::mem::replace(&mut self.has_root, true) => {
                return Err("a second root element begins");
            }
            None => {}
        }
        if is_empty {
            return Ok(());
        }
        if self.open.len() == DEPTH_LIMIT {
            return Err("elements nest more than 512 deep");
        }
        let first_break = self.breaks.len();
        self.open.push(Element { name: name.to_owned(), content, has_child: false, first_break });
        Ok(())
    }

    /// The innermost element ends here.
    ///
    /// # Errors
    /// Why none of this name does.
    pub(super) fn end(&mut self, name: &[u8]) -> Result<(), &'static str> {
        let level = self.open.len();
        let Some(Element { name: opened, content, has_child, first_break }) = self.open.last()
        else {
            return Err("an end tag has no start tag");
        };
        if opened != name {
            return Err("an end tag has another name than the element that is open");
        }
        let first_break = *first_break;
        match (content, has_child) {
            (Content::Mixed, _) => self.put_white(),
            (Content::Elements, _) => self.add_break(level, level - 1, Decision::NewLine),
            (Content::Open, true) => {
                self.add_break(level, level - 1, Decision::Open);
                self.decide(first_break, level, Decision::NewLine);
            }
            (Content::Open, false) => {
                self.decide(first_break, level, Decision::AsItWas);
                self.put_white();
            }
        }
        self.open.pop();
        Ok(())
    }

    /// Keeps back no more than it should.
    pub(super) fn bound(&mut self) {
        let breaks = self.breaks.len() * size_of::<Break>();
        if self.held.len() + self.whites.len() + breaks > AHEAD {
            self.decide_all();
        }
    }

    /// Decides by what has been seen.
    pub(super) fn decide_all(&mut self) {
        for index in 0..self.open.len() {
            let Element { content, has_child, first_break, .. } = &mut self.open[index];
            let first_break = *first_break;
            // One that has just begun holds nothing back yet.
            if *content == Content::Open && first_break < self.breaks.len() {
                let (now, decision) = match has_child {
                    true => (Content::Elements, Decision::NewLine),
                    false => (Content::Mixed, Decision::AsItWas),
                };
                *content = now;
                self.decide(first_break, index + 1, decision);
            }
        }
    }

    /// Writes white space as it was.
    pub(super) fn put_white(&mut self) {
        let white = std::mem::take(&mut self.white);
        show(&white, self.target());
        self.white = white;
        self.white.clear();
    }

    fn add_break(&mut self, level: usize, indent: usize, decision: Decision) {
        if self.breaks.is_empty() && decision == Decision::NewLine {
            new_line(indent, &mut self.ready);
        } else {
            let (at, white_length) = (self.held.len(), self.white.len());
            self.whites.extend_from_slice(&self.white);
            self.breaks.push(Break { at, level, indent, white_length, decision });
            self.undecided += usize::from(decision == Decision::Open);
        }
        self.white.clear();
    }

    /// Decides on the breaks from the first that lies in an element: on its
    /// own, or where white space stays, on those of the elements in it too.
    fn decide(&mut self, first_break: usize, level: usize, decision: Decision) {
        for one in self.breaks.iter_mut().skip(first_break) {
            let is_meant = decision == Decision::AsItWas
                || (one.level == level && one.decision == Decision::Open);
            if is_meant {
                self.undecided -= usize::from(one.decision == Decision::Open);
                one.decision = decision;
            }
        }
        if self.undecided == 0 {
            self.settle();
        }
    }

    /// Makes all that is held ready, now that all is decided.
    fn settle(&mut self) {
        let (mut from, mut white_from) = (0, 0);
        for one in self.breaks.drain(..) {
            self.ready.extend_from_slice(&self.held[from..one.at]);
            let white = &self.whites[white_from..white_from + one.white_length];
            match one.decision {
                Decision::AsItWas => show(white, &mut self.ready),
                Decision::NewLine | Decision::Open => new_line(one.indent, &mut self.ready),
            }
            from = one.at;
            white_from += one.white_length;
        }
        self.ready.extend_from_slice(&self.held[from..]);
        self.held.clear();
        self.whites.clear();
        for element in &mut self.open {
            element.first_break = 0;
        }
    }
}

fn new_line(indent: usize, out: &mut Vec<u8>) {
    out.push(b'\n');
    out.resize(out.len() + 2 * indent, b' ');
}
