//! Images that go to MAAS in pieces: whole, broken off, and refused.

use crate::capture::Capture;
use crate::environment::{Output, Pattern, Ran, TestEnvironment};
use signreq::model::time::Time;
use signreq::sandbox::{Sandbox, config_text};
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// More than two pieces of 4 MiB, and a rest.
const SIZE: usize = 9 * 1024 * 1024 + 5;
const PIECE: usize = 4 * 1024 * 1024;

const WORDS: [&str; 7] = [
    "upload",
    "maas",
    "/boot-resources/",
    "name=custom/web",
    "architecture=amd64/generic",
    "filetype=ddraw",
    "content@disk.img",
];

fn image() -> Vec<u8> {
    (0..SIZE).map(|at| (at / 3 % 251) as u8).collect()
}

/// What happens to a connection.
enum Fault {
    /// It ends when so many bytes of requests have come.
    Cut(usize),
    /// So many bytes of requests are passed on, and then everything but the
    /// answer.
    LoseAnswer(usize),
    /// This is done when so many bytes of requests have come.
    Meanwhile(usize, Box<dyn FnOnce() + Send>),
}

/// What stands between the program and the sandbox.
struct Road {
    url: String,
    faults: Arc<Mutex<Vec<Fault>>>,
    /// How many bytes of requests were passed on.
    passed: Arc<Mutex<usize>>,
}

impl Road {
    fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (faults, passed) =
            (Arc::<Mutex<Vec<Fault>>>::default(), Arc::<Mutex<usize>>::default());
        let road = Self { url, faults: Arc::clone(&faults), passed: Arc::clone(&passed) };
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(server).unwrap();
                let fault = faults.lock().unwrap().pop();
                let passed = Arc::clone(&passed);
                std::thread::spawn(move || carry(client, server, fault, &passed));
            }
        });
        road
    }

    /// The next connection has this fault.
    fn will(&self, fault: Fault) {
        self.faults.lock().unwrap().push(fault);
    }

    fn passed(&self) -> usize {
        std::mem::take(&mut *self.passed.lock().unwrap())
    }
}

fn carry(
    mut client: TcpStream,
    mut server: TcpStream,
    mut fault: Option<Fault>,
    passed: &Mutex<usize>,
) {
    let (mut back_from, mut back_to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let is_silent = Arc::new(Mutex::new(false));
    let mute = Arc::clone(&is_silent);
    std::thread::spawn(move || {
        let mut buffer = vec![0; 65536];
        while let Ok(length @ 1..) = back_from.read(&mut buffer) {
            if *mute.lock().unwrap() || back_to.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _ = back_to.shutdown(Shutdown::Both);
    });
    let (mut total, mut buffer) = (0, vec![0; 65536]);
    while let Ok(length @ 1..) = client.read(&mut buffer) {
        total += length;
        match fault {
            Some(Fault::Cut(after)) if total > after => break,
            Some(Fault::LoseAnswer(after)) if total > after => *is_silent.lock().unwrap() = true,
            Some(Fault::Meanwhile(after, _)) if total > after => {
                if let Some(Fault::Meanwhile(_, act)) = fault.take() {
                    act();
                }
            }
            _ => {}
        }
        *passed.lock().unwrap() += length;
        if server.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}

/// A world with an image, a sandbox, and the road to it.
struct Scene {
    environment: TestEnvironment,
    road: Road,
    _sandbox: Sandbox,
}

impl Scene {
    fn new() -> Self {
        let clock = || Time::from_epoch(now());
        let sandbox = Sandbox::start(None, Arc::new(clock)).unwrap();
        let road = Road::to(sandbox.address());
        let environment = TestEnvironment::new();
        let direct = format!("http://{}", sandbox.address());
        environment.config(&config_text(sandbox.address()).replace(&direct, &road.url));
        environment.file("disk.img", image());
        Self { environment, road, _sandbox: sandbox }
    }

    fn upload(&self, more: &[&str]) -> Ran {
        self.environment.signreq(&[&WORDS, more].concat())
    }

    /// The whole image arrived, as its hash says.
    #[track_caller]
    fn is_there(&self, output: &Output) {
        let sum = self.environment.program("sha256sum", &["disk.img"]);
        let sum = sum.gives(0, Pattern::Something, "").stdout;
        let sum = sum.split(' ').next().unwrap();
        for part in [&format!("\"sha256\":\"{sum}\""), "\"complete\":true", "\"name\":\"web\""] {
            assert!(output.stdout.contains(part), "{part}: {}", output.stdout);
        }
        assert!(!output.stdout.contains("\"complete\":false"), "{}", output.stdout);
    }
}

fn now() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap()
}

#[test]
fn an_image_goes_in_pieces_and_its_description_is_printed() {
    let scene = Scene::new();
    let output = scene.upload(&["-v"]).gives(0, Pattern::Something, Pattern::Something);
    scene.is_there(&output);
    let lengths: Vec<&str> = output
        .stderr
        .split("> PUT /MAAS/api/2.0/boot-resources/1/upload/1/ ")
        .skip(1)
        .filter_map(|head| head.split("> Content-Length: ").nth(1)?.split_whitespace().next())
        .collect();
    assert_eq!(lengths, ["4194304", "4194304", "1048581"]);
    assert_eq!(output.stderr.matches("> Content-Type: application/octet-stream").count(), 3);
    // One that is there whole is not sent again.
    scene.road.passed();
    let told = "signreq: disk.img: MAAS has all of it already\n";
    scene.is_there(&scene.upload(&[]).gives(0, Pattern::Something, told));
    assert!(scene.road.passed() < PIECE);
}

#[test]
fn standard_input_is_an_image_too() {
    let environment = TestEnvironment::new();
    let words = [&["--sandbox"], &WORDS[..6], &["content@-"]].concat();
    let ran = environment.signreq_reading(&words, image());
    ran.gives(0, Pattern::holds(&["\"size\":9437189,", "\"complete\":true"]), "");
}

#[test]
fn a_run_that_was_broken_off_is_gone_on_with() {
    let scene = Scene::new();
    // In the middle of the second piece.
    scene.road.will(Fault::Cut(PIECE * 3 / 2));
    let (code, stdout, _) = scene.upload(&["--retry", "0"]).streams();
    assert!([52, 55, 56].contains(&code) && stdout.is_empty(), "{code}");
    scene.road.passed();
    let told = "signreq: disk.img: MAAS has 4.0 MiB of 9.0 MiB; going on there\n";
    scene.is_there(&scene.upload(&[]).gives(0, Pattern::Something, told));
    assert!(scene.road.passed() < SIZE - PIECE / 2);
}

#[test]
fn a_run_goes_on_by_itself_where_trouble_may_pass() {
    let scene = Scene::new();
    scene.road.will(Fault::Cut(PIECE * 3 / 2));
    let told = ["trying again in", "(1 of 3)", "MAAS has 4.0 MiB of 9.0 MiB; going on there"];
    scene.is_there(&scene.upload(&[]).gives(0, Pattern::Something, Pattern::holds(&told)));
}

#[test]
fn a_piece_whose_answer_is_lost_is_not_sent_twice() {
    let scene = Scene::new();
    // Behind the middle of the second piece: MAAS gets all of it.
    scene.road.will(Fault::LoseAnswer(PIECE * 3 / 2));
    let told = ["trying again in", "MAAS has 8.0 MiB of 9.0 MiB; going on there"];
    scene.is_there(&scene.upload(&[]).gives(0, Pattern::Something, Pattern::holds(&told)));
    assert!(scene.road.passed() < SIZE + PIECE / 2);
}

#[test]
fn what_is_there_counts_for_nothing_when_told_so() {
    let scene = Scene::new();
    scene.upload(&[]).gives(0, Pattern::Something, "");
    scene.road.passed();
    scene.is_there(&scene.upload(&["--restart"]).gives(0, Pattern::Something, ""));
    assert!(scene.road.passed() > SIZE);
}

#[test]
fn an_image_that_changes_meanwhile_is_an_error() {
    let scene = Scene::new();
    let path = scene.environment.work().join("disk.img");
    let change = move || std::fs::write(&path, "another").unwrap();
    scene.road.will(Fault::Meanwhile(PIECE / 2, Box::new(change)));
    let told = "signreq: disk.img: changed while the request was being made\n";
    scene.upload(&[]).gives(26, "", told);
}

#[test]
fn what_maas_refuses_is_told_in_its_words() {
    let scene = Scene::new();
    let words = [&WORDS[..4], &["architecture=vax/generic"], &WORDS[5..]].concat();
    scene.environment.signreq(&words).gives(
        4,
        "",
        Pattern::holds(&[
            "answered 400 Bad Request: ",
            "'vax/generic' is not a valid architecture",
        ]),
    );
    scene.environment.signreq(&[&WORDS, &["--set", "timeout=10s"][..]].concat()).gives(
        0,
        Pattern::Something,
        "",
    );
}

#[test]
fn a_refused_key_is_77_before_anything_of_the_image_is_sent() {
    let scene = Scene::new();
    let config = std::fs::read_to_string(scene.environment.config_path()).unwrap();
    let at = config.find("preset = \"maas\"").unwrap();
    let key = config[at..].lines().find(|line| line.starts_with("key")).unwrap();
    scene.environment.config(&config.replace(key, "key = \"sandbox:sandbox:wrong\""));
    scene.upload(&[]).gives(77, "", Pattern::holds(&["answered 401 Unauthorized"]));
    assert!(scene.road.passed() < PIECE);
}

/// A server that is no MAAS, or one that means harm.
#[test]
fn answers_that_make_no_sense_are_65() {
    let json = |text: &str| {
        let length = text.len();
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{text}").into_bytes()
    };
    let listed = r#"[{"name": "web", "architecture": "amd64/generic",
        "resource_uri": "https://elsewhere.example/"}]"#;
    for (answers, expected) in [
        (vec![json("<html>")], "answered something else than JSON"),
        (vec![json(listed)], "MAAS names a place that is not its own"),
        (vec![json("[]"), json("{}")], "does not name the image that was announced"),
    ] {
        let answers: Vec<&[u8]> = answers.iter().map(Vec::as_slice).collect();
        let server = Capture::answering(&answers);
        let environment = TestEnvironment::new();
        environment.config(&format!(
            "[profile.maas]\npreset = \"maas\"\nurl = \"{}/MAAS\"\nkey = \"a:b:c\"\n",
            server.url()
        ));
        environment.file("disk.img", "image");
        environment.signreq(&WORDS).gives(65, "", Pattern::holds(&[expected]));
    }
}

#[test]
fn a_server_in_trouble_is_asked_again_and_one_that_refuses_is_not() {
    let answer = |status: &str| format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
    for (status, code, asked) in [("503 Busy", 5, 2), ("403 No", 4, 1)] {
        let answer = answer(status).into_bytes();
        let server = Capture::answering(&[&answer, &answer]);
        let environment = TestEnvironment::new();
        environment.config(&format!(
            "[profile.maas]\npreset = \"maas\"\nurl = \"{}/MAAS\"\nkey = \"a:b:c\"\n",
            server.url()
        ));
        environment.file("disk.img", "image");
        let words = [&WORDS[..], &["--retry", "1"]].concat();
        environment.signreq(&words).gives(code, "", Pattern::Something);
        assert_eq!(server.requests().len(), asked, "{status}");
    }
}

#[test]
fn wrong_usage_says_how_it_is_typed() {
    let environment = TestEnvironment::new();
    environment.file("disk.img", "image");
    environment.file("empty.img", "");
    let (start, fields) = (&WORDS[1..3], &WORDS[3..5]);
    let image = &["content@disk.img"][..];
    for (words, code, expected) in [
        ([start, fields, &[]], 2, "there is no image to upload"),
        ([start, fields, &["content@disk.img", "b@disk.img"]], 2, "more than one file is given"),
        ([start, fields, &["image@disk.img"]], 2, "is the field content@FILE, not image@"),
        ([start, &["@disk.img"], &[]], 2, "as the field content@FILE"),
        ([start, &fields[1..], image], 2, "an image needs the field name="),
        ([start, &["name=", fields[1]], image], 2, "an image needs the field name="),
        ([start, &fields[..1], image], 2, "an image needs the field architecture="),
        ([start, &["name=a", fields[1], "size=5"], image], 2, "size is computed"),
        ([&["maas", "put", start[1]], fields, image], 2, "sends POST and PUT by itself, not PUT"),
        ([&["maas", "/machines/"], fields, image], 2, "uploaded to /boot-resources/, not to /MAAS"),
        ([start, fields, &["content@disk.img", "--nonce=a"]], 2, "a nonce of its own"),
        ([start, fields, &["content@disk.img", "--limit-rate=x"]], 2, "--limit-rate"),
        ([start, fields, &["content@empty.img"]], 26, "empty.img: is empty"),
        ([start, fields, &["content@no.img"]], 26, "no.img: No such file"),
        (
            [&["s3", "/bucket/key"], fields, image],
            2,
            "profile s3 takes a file in one request; upload is for MAAS's images\n\
             hint: signreq s3 put /PATH -T FILE\n",
        ),
    ] {
        let words = [&["--sandbox", "upload"][..], &words.concat()].concat();
        environment.signreq(&words).gives(code, "", Pattern::holds(&[expected]));
    }
}

/// A man at a terminal sees how far it is, and nothing of it stays.
#[cfg(target_os = "linux")]
#[test]
fn progress_is_shown_at_a_terminal() {
    let environment = TestEnvironment::new();
    environment.file("disk.img", image());
    let line = format!("signreq --sandbox {} --limit-rate 10M >/dev/null", WORDS.join(" "));
    let shown = environment.program("script", &["-qec", &line, "/dev/null"]);
    let shown = shown.gives(0, Pattern::holds(&["%, ", " of 9.0 MiB, ", "/s, "]), "").stdout;
    assert!(shown.ends_with("\r\u{1b}[K"), "{shown:?}");
}
