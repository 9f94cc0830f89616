//! `boot-resources/`: images that are announced and then appended to, piece
//! by piece (maasserver/api/boot_resources.py). Their content is not kept.

use super::super::dates::date_and_clock;
use super::{Request, no_match};
use crate::sandbox::answer::Answer;
use crate::sandbox::form::Fields;
use crate::sign::digest::RunningSha256;
use serde_json::{Map, Value, json};

/// What `filetype` may be, what MAAS makes of it, and the file's name.
const FILETYPES: &[(&str, &str, &str)] = &[
    ("tgz", "root-tgz", "root.tgz"),
    ("tbz", "root-tbz", "root.tbz"),
    ("txz", "root-txz", "root.txz"),
    ("ddtgz", "root-dd", "root-dd"),
    ("ddtbz", "root-dd.tar.bz2", "root-dd.tar.bz2"),
    ("ddtxz", "root-dd.tar.xz", "root-dd.tar.xz"),
    ("ddtar", "root-dd.tar", "root-dd.tar"),
    ("ddbz2", "root-dd.bz2", "root-dd.bz2"),
    ("ddgz", "root-dd.gz", "root-dd.gz"),
    ("ddxz", "root-dd.xz", "root-dd.xz"),
    ("ddraw", "root-dd.raw", "root-dd.raw"),
];

/// The architectures that there are boot images for.
const ARCHITECTURES: &[&str] = &["amd64/generic", "arm64/generic", "ppc64el/generic"];

/// How many letters of its hash a file on disk is named by.
const NAME_ON_DISK: usize = 7;

/// The images that were uploaded.
#[derive(Default)]
pub(super) struct Images {
    images: Vec<Image>,
    /// How many were announced so far.
    announced: u64,
}

struct Image {
    id: u64,
    name: String,
    architecture: String,
    title: Option<String>,
    version: String,
    file: ImageFile,
}

/// What was announced, and what came of it.
struct ImageFile {
    id: u64,
    filetype: &'static str,
    filename: &'static str,
    sha256: String,
    size: u64,
    received: u64,
    hash: RunningSha256,
}

impl Images {
    pub(super) fn answer(&mut self, request: &Request<'_>, route: &[&str]) -> Option<Answer> {
        Some(match route {
            [] => match (request.call.method(), request.op) {
                ("GET", None) => self.list(request.call.query_value("type")),
                ("POST", None | Some("create")) => self.announce(request),
                _ => request.unrecognised(),
            },
            [id] => {
                let Some(place) = self.find(id) else { return Some(no_match("BootResource")) };
                match (request.call.method(), request.op) {
                    ("GET", None) => Answer::json(200, &self.images[place].described(true)),
                    ("DELETE", None) => {
                        self.images.remove(place);
                        Answer::empty(204)
                    }
                    _ => request.unrecognised(),
                }
            }
            [id, "upload", file] => {
                let Some(place) = self.find(id) else { return Some(no_match("BootResource")) };
                let image = &mut self.images[place];
                if image.file.id.to_string() != *file {
                    return Some(no_match("BootResourceFile"));
                }
                match (request.call.method(), request.op) {
                    ("PUT", None) => image.file.append(&request.call.received.body),
                    _ => request.unrecognised(),
                }
            }
            _ => return None,
        })
    }

    fn find(&self, id: &str) -> Option<usize> {
        self.images.iter().position(|image| image.id.to_string() == id)
    }

    fn list(&self, kind: Option<&str>) -> Answer {
        match kind {
            None | Some("all" | "uploaded") => {
                let all: Vec<Value> = self.images.iter().map(|it| it.described(false)).collect();
                Answer::json(200, &all.into())
            }
            Some("synced") => Answer::json(200, &json!([])),
            Some(kind) => Answer::text(
                400,
                format!(
                    "'{kind}' is not a valid boot resource type. Available types: \
                     ['synced', 'uploaded']"
                ),
            ),
        }
    }

    /// One that is announced again takes the place of what was there: MAAS
    /// drops a resource's older files.
    fn announce(&mut self, request: &Request<'_>) -> Answer {
        let fields = &request.fields;
        let errors = mistakes(fields);
        if !errors.is_empty() {
            return Answer::json(400, &errors.into());
        }
        let get = |name: &str| fields.get(name).unwrap_or_default().to_owned();
        let name = get("name");
        let name = name.strip_prefix("custom/").unwrap_or(&name).to_owned();
        let filetype = fields.get("filetype").unwrap_or("tgz");
        let known = FILETYPES.iter().find(|known| known.0 == filetype).unwrap_or(&FILETYPES[0]);
        self.announced += 1;
        let date = date_and_clock(request.call.now).0.replace('-', "");
        let is_it = |image: &Image| image.name == name && image.architecture == get("architecture");
        let older = self.images.iter().position(is_it).map(|place| self.images.remove(place));
        let image = Image {
            id: older.as_ref().map_or(self.announced, |older| older.id),
            version: match older {
                Some(older) if older.version.starts_with(&date) => {
                    format!("{date}.{}", self.announced)
                }
                _ => date,
            },
            architecture: get("architecture"),
            title: fields.get("title").map(str::to_owned),
            file: ImageFile {
                id: self.announced,
                filetype: known.1,
                filename: known.2,
                sha256: get("sha256"),
                size: get("size").parse().unwrap_or_default(),
                received: 0,
                hash: RunningSha256::default(),
            },
            name,
        };
        let answer = Answer::json(201, &image.described(true));
        self.images.push(image);
        answer
    }
}

/// What Django's form says of the fields.
fn mistakes(fields: &Fields) -> Map<String, Value> {
    let mut errors = Map::new();
    let mut tell = |name: &str, why: String| errors.insert(name.to_owned(), json!([why]));
    for name in ["name", "architecture", "sha256", "size"] {
        if fields.get(name).is_none_or(str::is_empty) {
            tell(name, "This field is required.".into());
        }
    }
    let given = |name: &str| fields.get(name).filter(|value| !value.is_empty());
    if let Some(value) = given("architecture").filter(|value| !ARCHITECTURES.contains(value)) {
        let known: Vec<String> = ARCHITECTURES.iter().map(|known| format!("'{known}'")).collect();
        let known = known.join(", ");
        tell(
            "architecture",
            format!("'{value}' is not a valid architecture. It should be one of: {known}."),
        );
    }
    if let Some(value) =
        given("filetype").filter(|value| !FILETYPES.iter().any(|known| known.0 == *value))
    {
        let why = format!("Select a valid choice. {value} is not one of the available choices.");
        tell("filetype", why);
    }
    if given("sha256").is_some_and(|value| value.len() != 64) {
        tell("sha256", "Ensure this value has 64 characters.".into());
    }
    if given("size").is_some_and(|value| value.parse::<u64>().is_err()) {
        tell("size", "Enter a whole number.".into());
    }
    errors
}

impl Image {
    /// As the API describes it, in a list without its sets.
    fn described(&self, has_sets: bool) -> Value {
        let subarchitecture = self.architecture.split('/').nth(1).unwrap_or_default();
        let mut image = json!({
            "id": self.id,
            "type": "Uploaded",
            "name": self.name,
            "architecture": self.architecture,
            "resource_uri": format!("/MAAS/api/2.0/boot-resources/{}/", self.id),
            "last_deployed": null,
            "subarches": subarchitecture,
        });
        if let Some(title) = &self.title {
            image["title"] = title.as_str().into();
        }
        image["base_image"] = "ubuntu/jammy".into();
        if has_sets {
            let file = self.file.described(self.id);
            let mut set = json!({"version": self.version, "label": "uploaded",
                "size": self.file.size, "complete": file["complete"]});
            if let Some(progress) = file.get("progress") {
                set["progress"] = progress.clone();
            }
            set["files"] = json!({self.file.filename: file});
            image["sets"] = json!({&self.version: set});
        }
        image
    }
}

impl ImageFile {
    fn is_complete(&self) -> bool {
        self.received == self.size
    }

    fn described(&self, image: u64) -> Value {
        let mut file = json!({
            "filename": self.filename,
            "filetype": self.filetype,
            "sha256": self.sha256,
            "filename_on_disk": self.sha256.get(..NAME_ON_DISK),
            "size": self.size,
            "complete": self.is_complete(),
        });
        if !self.is_complete() {
            file["progress"] = (100.0 * self.received as f64 / self.size as f64).into();
            let uri = format!("/MAAS/api/2.0/boot-resources/{image}/upload/{}/", self.id);
            file["upload_uri"] = uri.into();
        }
        file
    }

    /// Appends a piece; one that is refused has changed nothing.
    fn append(&mut self, piece: &[u8]) -> Answer {
        let length = piece.len() as u64;
        if length == 0 {
            return Answer::text(400, "Missing data.");
        }
        if self.is_complete() {
            return Answer::text(400, "Cannot upload to a complete file.");
        }
        if length > self.size - self.received {
            return Answer::text(400, "Too much data received.");
        }
        let mut hash = self.hash.clone();
        hash.update(piece);
        if self.received + length == self.size && hash.hex() != self.sha256 {
            return Answer::text(400, "Saved content does not match given SHA256 value.");
        }
        self.hash = hash;
        self.received += length;
        Answer::text(200, "OK")
    }
}
