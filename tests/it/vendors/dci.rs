//! A sourced `dcirc.sh`.

use super::Server;
use crate::environment::{Pattern, TestEnvironment};

#[test]
fn a_sourced_file_is_enough() {
    let server = Server::of("dci");
    let environment = TestEnvironment::new();
    let dcirc = |id: &str| {
        format!(
            "DCI_CLIENT_ID='{id}'\nDCI_API_SECRET='{}'\nDCI_CS_URL='{}/'\n\
             export DCI_CLIENT_ID\nexport DCI_API_SECRET\nexport DCI_CS_URL\n",
            server.field("secret_key"),
            server.field("url")
        )
    };
    let id = server.field("access_key");
    for id in [id.as_str(), id.strip_prefix("remoteci/").unwrap()] {
        environment.file("dcirc.sh", dcirc(id));
        environment.shell(". ./dcirc.sh; signreq dci get /api/v1/identity").gives(
            0,
            Pattern::Something,
            "",
        );
    }
}

#[test]
fn half_a_credential_is_none() {
    let mut environment = TestEnvironment::new();
    environment.set("DCI_LOGIN", "user");
    environment.is_refused(
        &["dci", "get", "/x"],
        &["access_key and secret_key are not set", "DCI_LOGIN names a user, who does not sign"],
    );
    environment.set("DCI_CLIENT_ID", "remoteci/1");
    environment.set("DCI_API_SECRET", "");
    environment.is_refused(&["dci", "get", "/x"], &["secret_key is not set"]);
    environment.set("DCI_API_SECRET", "geheim");
    environment.set("SIGNREQ_DCI_SECRET_KEY", "another");
    environment.is_refused(&["dci", "get", "/x"], &["access_key is not set"]);
    environment.set("SIGNREQ_DCI_ACCESS_KEY", "remoteci/2");
    environment.signreq(&["sign", "dci", "/x"]).gives(0, Pattern::holds(&["remoteci/2"]), "");
}
