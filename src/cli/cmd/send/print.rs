//! Prints an answer: to standard output or into a file, as people or programs
//! want it.

use crate::cli::args::SendArgs;
use crate::cli::download::{self, Download};
use crate::cli::world::World;
use crate::error::{Error, Kind, Result, reason};
use crate::flow::resume::Place;
use crate::model::listing::Listing;
use crate::model::response::ResponseHead;
use crate::net;
use crate::out::body::{self, Audience, Shown};
use crate::out::file::OutputFile;
use crate::out::head;
use crate::out::jq::Program;
use crate::out::mask::Secrets;
use crate::out::message;
use crate::out::style::Style;
use crate::out::values::{self, Form, Output};
use crate::out::xml;
use std::io::{Read, Write};

/// Where answers go, and how.
pub(super) struct Printer<'a> {
    pub(super) arguments: &'a SendArgs,
    pub(super) stdout: &'a mut (dyn Write + Send),
    pub(super) is_terminal: bool,
    /// How many columns that has, where it is known.
    pub(super) width: Option<usize>,
    pub(super) style: Style,
    /// Whether progress can be shown.
    pub(super) shows_progress: bool,
    /// The file that the body goes to, if it is not standard output.
    pub(super) download: Option<Download>,
    /// What is made of the body, if it is not printed itself.
    pub(super) program: Option<Program>,
    /// The form of values that are printed, if it is not the body itself.
    pub(super) form: Option<Form>,
    /// How the system lays out what it lists.
    pub(super) listing: Listing,
    /// The most bytes a second.
    pub(super) limit_rate: Option<u64>,
    /// Whether content codings are undone.
    pub(super) decodes: bool,
    /// Whether the body went to a file when it failed, so that nobody has seen
    /// a part of it.
    pub(super) can_go_on: bool,
}

impl Printer<'_> {
    /// Under -i and -I, an answer's head.
    pub(super) fn head(&mut self, head: &ResponseHead) -> Result<()> {
        if !self.arguments.include && !self.arguments.request.head {
            return Ok(());
        }
        let mut text = Vec::new();
        // Writing into memory cannot fail.
        let _ = match self.is_terminal {
            true => head::response(&mut text, "", head, Secrets::Shown, self.style),
            false => head::response_bytes(&mut text, head, Secrets::Shown),
        };
        on_stdout(self.stdout.write_all(&text).and_then(|()| self.stdout.flush()))
    }

    /// Prints an answer to a request with `method` that means a failure of
    /// this kind, if any. `body` is its own, or one with more pages behind it.
    pub(super) fn print(
        &mut self,
        world: &World<'_>,
        method: &str,
        head: &ResponseHead,
        body: &mut dyn Read,
        place: Option<Place>,
        failure: Option<Kind>,
    ) -> Result<Option<Shown>> {
        let arguments = self.arguments;
        self.head(head)?;
        let is_unwanted = match failure {
            // A redirect that would have been followed: curl drops its body too.
            Some(Kind::TooManyRedirects) => true,
            Some(_) => arguments.fail,
            None => false,
        };
        if method == "HEAD" || is_unwanted {
            return Ok(None);
        }
        let file = match (&mut self.download, place) {
            (Some(download), Some(place)) if failure.is_none() => {
                if place == Place::Nowhere {
                    world.warn(&format!("{} is whole already", download.path.display()));
                    return Ok(None);
                }
                if place == Place::Whole && download.length()? > 0 {
                    let path = download.path.display();
                    world.warn(&format!("the server sends the whole: {path} begins anew"));
                }
                download.note(head);
                // Heads that were printed would be printed twice.
                self.can_go_on = !arguments.include;
                Some(match place {
                    Place::Behind => OutputFile::append(&download.path)?,
                    _ => OutputFile::create(&download.path)?,
                })
            }
            _ => None,
        };
        let before = match (&self.download, place) {
            (Some(download), Some(Place::Behind)) => download.length()?,
            _ => 0,
        };
        // Where people read the body, it shows by itself how far it is.
        let shows_progress = self.shows_progress
            && (file.is_some() || !self.is_terminal)
            && !arguments.paging.paginate;
        // How long a body becomes that is decoded or joined is not told.
        let is_decoded = head.headers.has("content-encoding") && self.decodes;
        let length = match is_decoded || arguments.paging.paginate {
            true => None,
            false => download::content_length(head),
        };
        let content_type = head.headers.text("content-type");
        let audience = self.audience(content_type.as_deref());
        // What an error answer says is not what was asked for.
        let form = self.form.as_ref().filter(|_| failure.is_none());
        let (program, listing) = (self.program.as_ref(), &self.listing);
        let stdout = &mut *self.stdout;
        let progress = shows_progress.then_some((before, length));
        let shown = world.paced(body, self.limit_rate, progress, |body| match (file, form) {
            (Some(file), _) => body::to_file(body, file),
            (None, Some(form)) => {
                let tell = |text: &str| world.tell(|stderr| message::note(stderr, text));
                let mut output = Output::new(form, listing, stdout, &tell);
                match program {
                    Some(program) if arguments.filter.each => {
                        program.run_on_items(body, &mut output)
                    }
                    Some(program) => program.run(body, &mut output),
                    None => values::print(body, &mut output, &arguments.format.option()),
                }
            }
            (None, None) => body::to_stdout(body, audience, stdout),
        })?;
        self.can_go_on = false;
        match &shown.fault {
            // A script that asked for JSON or XML must not take this for it.
            Some(fault) if self.arguments.format.names_language() && failure.is_none() => {
                let error = Error::new(Kind::Unexpected, fault.to_string());
                let is_xml = content_type.as_deref().is_some_and(xml::is_content_type);
                Err(match is_xml && fault.language != xml::NAME {
                    true => error
                        .hint("the body is XML: --format xml indents it, --jq . makes JSON of it"),
                    false => error.hint("--format raw prints the body as it came"),
                }
                .into())
            }
            Some(fault) => {
                world.warn(&format!("{fault}; --format raw prints it as it came"));
                Ok(Some(shown))
            }
            None => Ok(Some(shown)),
        }
    }

    /// Whether it takes the items of lists as they come.
    pub(super) fn takes_items(&self) -> bool {
        let is_of_items = self.form.as_ref().is_some_and(Form::takes_items);
        self.arguments.filter.each || (self.program.is_none() && is_of_items)
    }

    /// Whether nothing stands on the terminal before all of a list is there, so
    /// that a line of progress disturbs nothing.
    pub(super) fn is_silent_meanwhile(&self) -> bool {
        let waits_for_all = match &self.form {
            Some(Form::Csv { .. } | Form::Table { .. }) => true,
            Some(Form::Json(_) | Form::Yaml) => !self.arguments.filter.each,
            Some(Form::Lines { .. }) => self.program.is_some() && !self.arguments.filter.each,
            None => false,
        };
        self.download.is_some() || !self.is_terminal || waits_for_all
    }

    /// Whom standard output is for.
    fn audience<'a>(&self, content_type: Option<&'a str>) -> Audience<'a> {
        let style = self.style;
        match self.arguments.format.json_layout() {
            Some(layout) => Audience::Json { layout, style },
            None if self.arguments.format.name() == "xml" => Audience::Xml { style },
            None if self.is_terminal && self.arguments.format.name() != "raw" => {
                Audience::Person { content_type, style }
            }
            None => Audience::Program,
        }
    }
}

/// What writing to standard output came to; a closed pipe ends quietly.
pub(super) fn on_stdout(written: std::io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::new(Kind::Write, format!("standard output: {}", reason(&error))).into())
        }
        _ => Ok(()),
    }
}

/// The error of a body, which the transport put into an I/O error.
pub(super) fn received(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<std::io::Error>() {
        Ok(error) => net::typed(error),
        Err(error) => error,
    }
}
