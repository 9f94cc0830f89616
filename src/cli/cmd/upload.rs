//! `signreq upload`: an image to MAAS, in pieces.

use crate::cli::args::upload::UploadArgs;
use crate::cli::download;
use crate::cli::plan::{self, Plan};
use crate::cli::session::{self, Session, color, end_when_interrupted};
use crate::cli::world::World;
use crate::context::RunContext;
use crate::error::{Error, Kind, Result};
use crate::flow::body::{self, read_failure};
use crate::flow::draft::RequestBody;
use crate::flow::engine::Conduct;
use crate::flow::retry::Policy;
use crate::flow::upload::Upload;
use crate::model::body::Body;
use crate::model::fields::{Content, Field, FieldsAs, Input, Value};
use crate::model::size;
use crate::out::body::{Audience, to_stdout};
use crate::out::message;
use crate::out::paced::Meter;
use crate::sign::digest::{Algorithm, hex};
use clap::{ArgMatches, FromArgMatches as _};
use std::cell::RefCell;
use std::io::Read;

/// How it is typed, as a hint.
const USAGE: &str =
    "signreq upload maas /boot-resources/ name=NAME architecture=amd64/generic content@FILE";

/// The field that holds the image.
const CONTENT: &str = "content";

/// The fields that are computed here.
const COMPUTED: [&str; 2] = ["sha256", "size"];

/// Runs it; what is printed is MAAS's description of the image.
pub(in crate::cli) fn run(context: &mut RunContext, matches: &ArgMatches) -> Result<u8> {
    let arguments =
        UploadArgs::from_arg_matches(matches).map_err(|error| Error::usage(error.to_string()))?;
    let is_terminal = context.terminal.stdout;
    let style = color(&arguments.request).style(is_terminal, &context.environment);
    let shows_progress = context.terminal.stderr;
    end_when_interrupted(context, color(&arguments.request), false);
    let (mut world, stdout) = World::of(context, &arguments.request, false);
    let plan = plan::plan("signreq upload", &arguments.request, plan::data_in_order(matches))?;
    let described = upload(&mut world, &arguments, plan, shows_progress)
        .map_err(|error| session::advised(error, &arguments.request))?;
    let audience = match is_terminal {
        true => Audience::Person { content_type: Some("application/json"), style },
        false => Audience::Program,
    };
    to_stdout(&mut &described[..], audience, stdout)?;
    Ok(0)
}

fn upload(
    world: &mut World<'_>,
    arguments: &UploadArgs,
    mut plan: Plan,
    shows_progress: bool,
) -> Result<Vec<u8>> {
    let limit = download::limit_rate(arguments.limit_rate.as_deref())?;
    refuse_single(arguments)?;
    let (input, asked) = take_image(&mut plan)?;
    let mut fields = read_fields(world, &mut plan)?;
    let content = world.inputs().body(&input)?;
    let mut session = Session::open(world, &arguments.request, &plan)?;
    check_place(&session)?;
    for name in ["name", "architecture"] {
        text(&fields, name)?;
    }
    if content.length() == 0 {
        return Err(Error::new(Kind::Read, format!("{input}: is empty")).into());
    }
    let sha256 = hash(world, &content, shows_progress)?;
    let computed = [sha256.clone(), content.length().to_string()];
    for (name, value) in COMPUTED.into_iter().zip(computed) {
        let content = Content::Text { value: Value::Text(value), content_type: None };
        fields.push(Field { name: name.into(), typed_name: name.into(), content });
    }
    session.set_fields(world, &fields, asked)?;
    session.conduct = Conduct {
        // An image that is announced twice is there once.
        retries: Policy { retries: arguments.retry, max_time: None, repeats_all: true },
        decodes: true,
        ..Conduct::default()
    };
    let (name, architecture) = (text(&fields, "name")?, text(&fields, "architecture")?);

    let world = &*world;
    let whole = content.length();
    let show = |text: &str| world.show(text);
    let meter = RefCell::new(Meter::new(0, Some(whole), world.elapsed(), &show));
    let around = |body: &mut dyn Read, _, send: &mut dyn FnMut(&mut dyn Read)| {
        world.limited(body, limit, |body| match shows_progress {
            true => send(&mut meter.borrow_mut().watch(body)),
            false => send(body),
        });
    };
    let at = |there| {
        meter.borrow_mut().begin(there, Some(whole - there));
        let shown = size::shown(there);
        let told = match there {
            0 => return,
            _ if there == whole => format!("{input}: MAAS has all of it already"),
            _ => format!("{input}: MAAS has {shown} of {}; going on there", size::shown(whole)),
        };
        world.tell(|out| message::note(out, &told));
    };
    let command = |words: &[&str]| {
        session::request_command(&arguments.request, &[&[&*session.profile.name], words].concat())
    };
    session.with_engine_around(world, &around, |engine| {
        let upload = Upload {
            engine,
            announcement: &session.draft,
            name,
            architecture,
            content: &content,
            sha256: &sha256,
            restarts: arguments.restart,
            command: &command,
            at: &at,
        };
        upload.run(&mut |event| {
            if arguments.verbose {
                world.show_head(&event, session.secrets);
            }
            Ok(())
        })
    })
}

/// What belongs to one request cannot be meant for many.
fn refuse_single(arguments: &UploadArgs) -> Result<()> {
    let request = &arguments.request;
    if request.nonce.is_some() {
        let why = "an upload is many requests, each with a nonce of its own";
        return Err(Error::usage(why).hint("leave --nonce out").into());
    }
    Ok(())
}

/// Takes the file out of the fields, and what `--as` says.
fn take_image(plan: &mut Plan) -> Result<(Input, Option<FieldsAs>)> {
    let refuse = |why: String| -> anyhow::Error { Error::usage(why).hint(USAGE).into() };
    if plan.request.method.as_str() != "POST" {
        let why = format!("an upload sends POST and PUT by itself, not {}", plan.request.method);
        return Err(refuse(why));
    }
    let RequestBody::Fields { fields, asked } = &mut plan.request.body else {
        return Err(refuse("an image is uploaded as the field content@FILE".into()));
    };
    let is_file = |field: &Field| matches!(field.content, Content::File { .. });
    let (files, others): (Vec<Field>, Vec<Field>) = fields.drain(..).partition(is_file);
    *fields = others;
    if let Some(field) = fields.iter().find(|field| COMPUTED.contains(&field.name.as_str())) {
        return Err(refuse(format!("{} is computed from the image: leave it out", field.name)));
    }
    match files.as_slice() {
        [Field { name, content: Content::File { input, .. }, .. }] if name == CONTENT => {
            Ok((input.clone(), *asked))
        }
        [Field { name, .. }] => {
            Err(refuse(format!("the image is the field content@FILE, not {name}@…")))
        }
        [] => Err(refuse("there is no image to upload".into())),
        _ => Err(refuse("more than one file is given; an image is one".into())),
    }
}

/// The fields with their values read: they are sent, and looked for at MAAS.
fn read_fields(world: &mut World<'_>, plan: &mut Plan) -> Result<Vec<Field>> {
    let RequestBody::Fields { fields, .. } = &mut plan.request.body else {
        return Ok(Vec::new());
    };
    for field in fields.iter_mut() {
        if let Content::Text { value, .. } = &mut field.content {
            *value = Value::Text(world.inputs().text(value)?);
        }
    }
    Ok(fields.clone())
}

/// The value of a field that MAAS needs.
fn text<'f>(fields: &'f [Field], name: &str) -> Result<&'f str> {
    let value =
        fields.iter().filter(|field| field.name == name).find_map(|field| match &field.content {
            Content::Text { value: Value::Text(text), .. } => Some(text.as_str()),
            _ => None,
        });
    value.filter(|value| !value.is_empty()).ok_or_else(|| {
        Error::usage(format!("an image needs the field {name}=…")).hint(USAGE).into()
    })
}

/// Refuses what is no place for images.
fn check_place(session: &Session) -> Result<()> {
    let profile = &session.profile;
    let Some(place) = profile.preset.as_ref().and_then(|preset| preset.boot_resources.as_deref())
    else {
        let name = &profile.name;
        let why =
            format!("profile {name} takes a file in one request; upload is for MAAS's images");
        return Err(Error::usage(why).hint(format!("signreq {name} put /PATH -T FILE")).into());
    };
    let path = session.draft.url.path();
    if path.ends_with(place) {
        return Ok(());
    }
    let why = format!("images are uploaded to {place}, not to {path}");
    Err(Error::usage(why).hint(USAGE).into())
}

/// The image's SHA-256 in hex.
fn hash(world: &World<'_>, content: &Body, shows_progress: bool) -> Result<String> {
    let progress = shows_progress.then_some((0, Some(content.length())));
    let mut reader = content.open().map_err(read_failure)?;
    let hash = world
        .paced(&mut *reader, None, progress, |mut body| Algorithm::Sha256.hash_reader(&mut body));
    Ok(hex(&hash.map_err(body::read_failure)?))
}
