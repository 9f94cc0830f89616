//! Uploads images to MAAS: announces one with its size and SHA-256, and sends
//! it in pieces, each a request of its own (maasserver/api/boot_resources.py).
//!
//! MAAS appends what comes, wherever it belongs. So no piece is sent a second
//! time blindly: MAAS is asked how much it has, after a failure in the middle
//! as after a run that was broken off. Nothing is kept on this side.

use crate::error::{self, Error, Kind, Result};
use crate::flow::diagnose::{self, Asked};
use crate::flow::engine::{Conduct, Engine, Exchanged, Watch};
use crate::flow::retry::Policy;
use crate::model::body::Body;
use crate::model::headers::Header;
use crate::model::method::Method;
use crate::model::request::Draft;
use crate::model::url::WireUrl;
use crate::net::{self, Answer};
use serde_json::Value;
use std::io::Read as _;

/// How much of an image one request takes, in bytes: as much as MAAS's own
/// client sends. The proxy in MAAS's snap takes no more than 10 MB.
pub const PIECE: u64 = 4 * 1024 * 1024;

/// The longest description of images that is read, in bytes.
const LONGEST: u64 = 64 * 1024 * 1024;

/// What MAAS may put before an image's name and leaves out of what it says.
const OWN_NAMES: &str = "custom/";

/// An image and the way to MAAS.
pub struct Upload<'a> {
    /// Signs and sends; its retries are those of the pieces, too.
    pub engine: &'a Engine<'a>,
    /// The POST that announces the image. All other requests have its headers.
    pub announcement: &'a Draft,
    /// The image's name and architecture, by which MAAS knows it.
    pub name: &'a str,
    /// See `name`.
    pub architecture: &'a str,
    /// The image.
    pub content: &'a Body,
    /// Its SHA-256 in lower-case hex.
    pub sha256: &'a str,
    /// Whether what MAAS has of it counts for nothing.
    pub restarts: bool,
    /// A command for the same profile with these words, as a hint to type.
    pub command: &'a dyn Fn(&[&str]) -> String,
    /// Is told how many bytes MAAS has, whenever that has been asked.
    pub at: &'a dyn Fn(u64),
}

/// Where an image is at MAAS.
struct Place {
    resource_uri: String,
    upload_uri: Option<String>,
    /// How many bytes MAAS has; `None` where it does not say.
    there: Option<u64>,
}

impl Upload<'_> {
    /// Uploads what MAAS does not have yet, and gives its description of the
    /// image after that, in JSON.
    ///
    /// # Errors
    /// Those of sending, of the image's source, and of every answer that is no
    /// success.
    pub fn run(&self, watch: &mut Watch<'_>) -> Result<Vec<u8>> {
        let known = if self.restarts { None } else { self.find(watch)? };
        let place = match known {
            Some(place) if place.there.is_some() => place,
            _ => self.announce(watch)?,
        };
        let resource = self.url(&place.resource_uri)?;
        self.send(place, watch)?;
        Ok(self.ask(&self.draft(Method::get(), resource, Body::none()), watch)?.0)
    }

    /// Sends piece after piece from where MAAS is.
    fn send(&self, mut place: Place, watch: &mut Watch<'_>) -> Result<()> {
        // A piece is sent again by what is found out here, not by itself.
        let conduct = Conduct { retries: Policy::default(), ..self.engine.conduct };
        let once = Engine { conduct, ..self.engine.clone() };
        let whole = self.content.length();
        let mut there = self.known(&place)?;
        (self.at)(there);
        let mut retried = 0;
        while there < whole {
            let piece = self.piece(&place, there)?;
            let mut outcome = once.send(&piece, &mut 0, watch);
            if self.engine.waits(&piece, &mut outcome, &mut retried)? {
                place = self.look(&place, watch)?;
                there = self.known(&place)?;
                (self.at)(there);
                continue;
            }
            let mut answer = self.judged(outcome?)?;
            // Read to its end, so that its connection is used again.
            std::io::copy(&mut answer.body.by_ref().take(LONGEST), &mut std::io::sink())
                .map_err(net::typed)?;
            there += piece.body.length();
            retried = 0;
        }
        Ok(())
    }

    fn known(&self, place: &Place) -> Result<u64> {
        place.there.ok_or_else(|| {
            let told = "MAAS does not say how much of the image it has";
            Error::new(Kind::Unexpected, told).hint("--restart begins anew").into()
        })
    }

    /// The image at MAAS, whole or in part, from an earlier run.
    fn find(&self, watch: &mut Watch<'_>) -> Result<Option<Place>> {
        let list = self.announcement.url.with_query(Some("type=uploaded".to_owned()));
        let (_, images) = self.ask(&self.draft(Method::get(), list, Body::none()), watch)?;
        let bare = |name: &str| name.strip_prefix(OWN_NAMES).unwrap_or(name).to_owned();
        let is_it = |image: &&Value| {
            image["name"].as_str().is_some_and(|name| bare(name) == bare(self.name))
                && image["architecture"] == self.architecture
        };
        let all = images.as_array().map_or(&[][..], Vec::as_slice);
        for image in all.iter().filter(is_it) {
            let Some(uri) = image["resource_uri"].as_str() else { continue };
            let (_, image) = self.ask(&self.get(uri)?, watch)?;
            if let Some(place) = self.place(&image, watch)? {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    fn announce(&self, watch: &mut Watch<'_>) -> Result<Place> {
        let (_, image) = self.ask(self.announcement, watch)?;
        self.place(&image, watch)?.ok_or_else(|| {
            let told = "MAAS's answer does not name the image that was announced";
            Error::new(Kind::Unexpected, told).into()
        })
    }

    fn look(&self, place: &Place, watch: &mut Watch<'_>) -> Result<Place> {
        let (_, image) = self.ask(&self.get(&place.resource_uri)?, watch)?;
        self.place(&image, watch)?.ok_or_else(|| {
            let told = "MAAS has dropped the image while it was uploaded";
            Error::new(Kind::Unexpected, told).hint("--restart begins anew").into()
        })
    }

    /// Where a description has a file that is this image.
    fn place(&self, image: &Value, watch: &mut Watch<'_>) -> Result<Option<Place>> {
        let size = self.content.length();
        let sets = image["sets"].as_object().into_iter().flat_map(|sets| sets.values());
        let files = sets.flat_map(|set| {
            let files = set["files"].as_object().into_iter().flat_map(|files| files.values());
            files.map(move |file| (set, file))
        });
        let mut ours = files.filter(|(_, file)| {
            file["sha256"] == self.sha256 && file["size"].as_u64() == Some(size)
        });
        let Some((set, file)) = ours.next() else { return Ok(None) };
        let Some(resource_uri) = image["resource_uri"].as_str() else { return Ok(None) };
        let there = match (file["complete"].as_bool(), progress(set, file)) {
            (Some(true), _) => Some(size),
            (_, Some(percent)) if percent > 0.0 => received(percent, size, self.regions(watch)?),
            (_, percent) => percent.map(|_| 0),
        };
        Ok(Some(Place {
            resource_uri: resource_uri.to_owned(),
            upload_uri: file["upload_uri"].as_str().map(str::to_owned),
            there,
        }))
    }

    /// How many region controllers there are: progress is told of all together.
    fn regions(&self, watch: &mut Watch<'_>) -> Result<u64> {
        let path = self.announcement.url.path().trim_end_matches('/');
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        let url = self.announcement.url.with_path(format!("{above}/regioncontrollers/"));
        let url = url.with_query(None);
        let (_, regions) = self.ask(&self.draft(Method::get(), url, Body::none()), watch)?;
        Ok(regions.as_array().map_or(1, |regions| regions.len().max(1) as u64))
    }

    fn piece(&self, place: &Place, there: u64) -> Result<Draft> {
        let Some(uri) = &place.upload_uri else {
            let told = "MAAS does not say where the rest of the image goes";
            return Err(Error::new(Kind::Unexpected, told).hint("--restart begins anew").into());
        };
        let length = PIECE.min(self.content.length() - there);
        let body = self.content.part(there, length);
        let mut draft = self.draft(Method::parse("PUT")?, self.url(uri)?, body);
        draft.headers.set(Header::new("Content-Type", "application/octet-stream"));
        Ok(draft)
    }

    fn get(&self, uri: &str) -> Result<Draft> {
        Ok(self.draft(Method::get(), self.url(uri)?, Body::none()))
    }

    /// What MAAS says that a thing is at; of another server it can be no place.
    fn url(&self, uri: &str) -> Result<WireUrl> {
        let Engine { profile, allowed_origins, .. } = self.engine;
        profile.target(uri, allowed_origins).map_err(|why| {
            let told = format!("MAAS names a place that is not its own: {}", error::one_line(&why));
            Error::new(Kind::Unexpected, told).into()
        })
    }

    /// A request with the announcement's headers but those of its body.
    fn draft(&self, method: Method, url: WireUrl, body: Body) -> Draft {
        let mut headers = self.announcement.headers.clone();
        for name in ["Content-Type", "Content-Length", "Expect"] {
            headers.remove(name);
        }
        Draft { method, url, headers, body }
    }

    /// Sends a request and reads the JSON that answers it.
    fn ask(&self, draft: &Draft, watch: &mut Watch<'_>) -> Result<(Vec<u8>, Value)> {
        let exchanged = self.engine.send(draft, &mut 0, watch)?;
        let line = diagnose::request_line(&exchanged.request.wire);
        let answer = self.judged(exchanged)?;
        let mut bytes = Vec::new();
        answer.body.take(LONGEST).read_to_end(&mut bytes).map_err(net::typed)?;
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok((bytes, value)),
            Err(_) => {
                let told = format!("{line} answered something else than JSON");
                Err(Error::new(Kind::Unexpected, told).into())
            }
        }
    }

    /// The answer, when it is a success.
    fn judged(&self, exchanged: Exchanged) -> Result<Answer> {
        let Exchanged { request, mut answer, refusal, unfollowed, conditions, beside, .. } =
            exchanged;
        let asked = Asked {
            wire: &request.wire,
            beside: &beside,
            line: &diagnose::request_line(&request.wire),
            is_conditional: false,
            unsigned_at: None,
            refusal: refusal.as_ref(),
            unfollowed: unfollowed.as_ref(),
            conditions,
            command: self.command,
        };
        match diagnose::judge(self.engine.profile, &asked, &mut answer) {
            Some(error) => Err(error.into()),
            None => Ok(answer),
        }
    }
}

/// How many percent of a file are there. MAAS before 3.5 gives files another
/// number than their set, which says nothing reliable; an uploaded set has one
/// file, so later both are the same.
fn progress(set: &Value, file: &Value) -> Option<f64> {
    let percent = file["progress"].as_f64()?;
    (set["progress"].as_f64() == Some(percent)).then_some(percent)
}

/// How many bytes that is, where one region receives them and the others get
/// them once they are whole. Nobody sends but whole pieces.
fn received(percent: f64, size: u64, regions: u64) -> Option<u64> {
    let bytes = (percent / 100.0 * size as f64 * regions as f64).round();
    let bytes = (bytes >= 0.0 && bytes <= size as f64).then_some(bytes as u64)?;
    (bytes == size || bytes.is_multiple_of(PIECE)).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// As MAAS computes it.
    fn percent(there: u64, size: u64, regions: u64) -> f64 {
        100.0 * there as f64 / (size * regions) as f64
    }

    #[test]
    fn what_is_there_is_told_to_the_byte() {
        for size in [PIECE + 1, 3 * PIECE, 9_999_999_999, (1 << 44) + 12_345] {
            for regions in [1, 2, 3, 5] {
                for there in [PIECE, size / PIECE / 2 * PIECE, size / PIECE * PIECE, size] {
                    let told = percent(there, size, regions);
                    assert_eq!(received(told, size, regions), Some(there), "{size} {regions}");
                }
            }
        }
    }

    #[test]
    fn what_no_pieces_add_up_to_is_not_believed() {
        let size = 10 * PIECE;
        for there in [1, PIECE - 1, PIECE + 1] {
            assert_eq!(received(percent(there, size, 1), size, 1), None, "{there}");
        }
        // More regions than there were.
        assert_eq!(received(percent(6 * PIECE, size, 1), size, 2), None);
        assert_eq!(received(-1.0, size, 1), None);
        // The fraction that older versions give for the percentage of the set.
        let set = json!({"progress": 50.0});
        assert_eq!(progress(&set, &json!({"progress": 0.5})), None);
        assert_eq!(progress(&set, &json!({"progress": 50.0})), Some(50.0));
    }
}
