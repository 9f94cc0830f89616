//! The page of `signreq` itself: how a request is written and what becomes of
//! it.

use super::Block::{Entry, Paragraph};
use super::settings::{CONNECTIONS, ENVIRONMENT, FILES, PROFILES, SECRETS};
use super::{Block, Example, Page};

/// The page `signreq.1`.
pub const SENDING: Page = Page {
    command: "",
    before_options: &[("WORDS", WORDS), ("ITEMS", ITEMS)],
    after_options: &[
        ("ANSWERS", ANSWERS),
        ("PAGES", PAGES),
        ("WAITING", WAITING),
        ("FILES THAT ARE FETCHED", FETCHED),
        ("REDIRECTS", REDIRECTS),
        ("RETRIES", RETRIES),
        ("CLOCKS", CLOCKS),
        ("WRITE-OUT", WRITE_OUT),
        ("HTTP ARCHIVES", ARCHIVES),
        ("PROFILES", PROFILES),
        ("SECRETS", SECRETS),
        ("CONNECTIONS", CONNECTIONS),
        ("SAFETY", SAFETY),
        ("FILES", FILES),
        ("ENVIRONMENT", ENVIRONMENT),
    ],
    examples: &[
        Example { about: "Lists MAAS's machines:", line: "signreq maas get /machines/" },
        Example {
            about: "Searches Foreman's hosts; == makes a query parameter:",
            line: "signreq foreman get /api/v2/hosts search=='name ~ web' per_page==5",
        },
        Example {
            about: "Gets all of Foreman's hosts, a hundred a request:",
            line: "signreq foreman get /api/v2/hosts per_page==100 --paginate",
        },
        Example {
            about: "Waits until DCI's newest job is over, for half an hour at most:",
            line: "signreq dci get /api/v1/jobs limit==1 --until '.jobs[0].status != \"running\"' --for 30m",
        },
        Example {
            about: "Creates an OVHcloud DNS record from fields; := takes raw JSON:",
            line: "signreq ovh post /domain/zone/example.com/record fieldType=A target=192.0.2.1 ttl:=60",
        },
        Example {
            about: "Shows what would be sent, and sends nothing:",
            line: "signreq --dry-run dci post /api/v1/jobs comment=nightly",
        },
    ],
};

const WORDS: &[Block] = &[
    Paragraph(
        "The first word that is neither an option nor an option's value is a command or the \
         PROFILE; no later word is ever a command.",
    ),
    Entry(
        "PROFILE",
        "A profile of the config file, or the name of a preset: maas, foreman, candlepin, ovh, \
         dci, aws, s3.",
    ),
    Entry(
        "METHOD",
        "A known method in any case, or letters only when the next word starts with /, http:// \
         or https://. Left out, it is POST with a body and GET without one. With -X no METHOD is read.",
    ),
    Entry(
        "PATH",
        "Is joined to the profile's base URL; its leading slash may be left out. A path that \
         begins with the path of that URL is taken from the origin as it is, so that a \
         resource_uri copied from an answer works. Blanks, controls, non-ASCII and \
         \" < > \\ ^ ` [ ] { | } are encoded before signing, all else is sent byte for byte. \
         No trailing slash is added.",
    ),
    Entry("URL", "A full URL; it has to be of the profile's origin, see --allow-origin."),
];

const ITEMS: &[Block] = &[
    Paragraph(
        "The words after the path are items. The leftmost separator decides, at the same place the longest.",
    ),
    Entry("Name:value", "A header; Name: removes a default one, Name; sends an empty one."),
    Entry("name==value", "A query parameter."),
    Entry(
        "name=value",
        "A field of the body, as text. In JSON, names nest: a[b][c]=1, a[]=1, a[0]=x, []=1.",
    ),
    Entry("name:=json", "A field of the body, as raw JSON: ttl:=60, tags:='[\"a\"]'."),
    Entry(
        "name@path",
        "A part of a multipart body, from a file; ;type= and ;filename= set its type and name.",
    ),
    Entry("@path", "The whole body, from a file."),
    Paragraph(
        "Each of : == = := takes an @ behind it and then reads its value from a file, - being \
         standard input. A backslash escapes a separator character. Fields travel as JSON, \
         for MAAS as multipart; --as decides otherwise. Repeated query, header and form fields \
         are all sent, in order; of a repeated JSON name the last one counts.",
    ),
];

const ANSWERS: &[Block] = &[
    Paragraph(
        "Standard output holds data only, all else goes to standard error. To a terminal, JSON is \
     formatted, with keys in the server's order and numbers as the server wrote them; so is XML, \
     an element a line, with all that tags and texts say as it was written: where text stands \
     among elements nothing is moved, and no entity is expanded. What is not valid is shown as it \
     is from there on, with a note. Binary is refused. To a pipe or a file go the body's bytes. The body of an error answer goes to \
     standard output, with -o too: the file stays untouched. So does the head that --include \
     prints: the file holds the body alone.",
    ),
    Paragraph(
        "--format json, compact and xml lay the body out for a pipe as well, while it arrives and \
         however long it is. Of an answer that is not what they name they end with 65. --jq and \
         the forms of lists read XML too: an element with others in it is an object, one of text \
         a string, several of a name an array, and an attribute a member with @ before its name.",
    ),
    Paragraph(
        "--jq runs a jq expression over each JSON document of a good answer; an error answer is \
         printed as it is. Strings come without quotes, one a line, all else as compact JSON, \
         formatted for a terminal; with --format json or compact, strings are JSON too. Numbers \
         that the expression leaves alone stay as the server wrote them. All of jq's language \
         and library is there but modules and the environment (env, $ENV), which may hold \
         secrets: --arg and --argjson hand values in. debug and stderr go to standard error. A \
         wrong expression ends with 2 before anything is sent; 65 says that the answer is \
         neither JSON nor XML, or that the expression failed on it or called halt_error. .[] | … \
         on a list takes one element at a time, which spares memory, and of each only what the \
         expression looks at.",
    ),
    Paragraph(
        "With --each the expression runs on each item of a list by itself, wherever the preset \
         knows the list in an answer, in XML too; what is no list is its only item. What it gives \
         is printed as items come: with --paginate before the next page is asked for, of which one \
         is in memory at a time. input takes the next item, of the next page too. What came before \
         an error stands printed.",
    ),
    Paragraph(
        "--table, --format ndjson and --format csv take the items of the list that a good answer \
         holds, whether it is an array, XML, or an object with the list inside, as the preset \
         knows; what is no list is its only item. --format yaml takes the answer as it is. What \
         --jq gives is treated alike, but that an array which holds no objects is a row. A table \
         shows the columns that the preset knows for such items, else their simple values; a \
         terminal's width cuts the widest, a pipe gets all. --columns names others with commas \
         between them: name, domain.name, tags[0], interfaces[].mac, [\"a.b\"]. csv (RFC 4180) \
         has all members unless --columns names some; what is nested is JSON, what is missing \
         empty. ndjson is printed as it comes; \
         with the others the body is read whole before anything is. An answer \
         that is neither JSON nor XML ends with 65.",
    ),
];

const PAGES: &[Block] = &[
    Paragraph(
        "With --paginate the pages that follow an answer are asked for, each signed afresh, and \
         printed as one document: what stands around the list is that of the first page, without \
         what tells of a page only (Foreman's page, S3's IsTruncated), and the items stay as they \
         came. A page is asked for when the one before it has been written, and one is in memory \
         at a time. The first request is sent as typed: how long a page is, is asked for by an \
         item. An answer that has no pages is printed as it came. --jq sees the whole list, with --each one item at a time; -i \
         and -w show the first page's head, -v all heads.",
    ),
    Entry("Foreman", "page is counted up until subtotal is reached."),
    Entry("Candlepin", "The same with X-total-count, where page or per_page is given."),
    Entry("DCI", "offset is counted up until _meta.count is reached."),
    Entry(
        "MAAS",
        "Events only: prev_uri leads to older ones, with after== next_uri to newer ones. Its \
         other lists come whole.",
    ),
    Entry(
        "OVHcloud",
        "In version 2 the cursors; in version 1, whose lists come whole, the pages that \
         X-Pagination-Mode:CachedObjectList-Pages gives.",
    ),
    Entry("S3", "Tokens and markers of lists of objects, versions, uploads and parts."),
    Entry(
        "No preset",
        "The Link header's rel=next (RFC 8288). AWS's services each page otherwise: there \
         --paginate is refused.",
    ),
    Paragraph(
        "A page at an origin that the profile does not sign for is not asked for, nor one that \
         was read before; both end with 65, and so do a page that repeats the one before it and \
         a hundred empty ones. An error in the middle says which page it met and how many items \
         had come: these have been printed, and the document is left open, so that nobody takes \
         it for whole; of a file nothing is left, and --jq gives nothing without --each. A total that the \
         pages do not reach is a warning, and so is more that follows behind --max-pages.",
    ),
];

const WAITING: &[Block] = &[
    Paragraph(
        "With --until the request is sent again and again, each time signed afresh, until a jq \
         expression is true for the answer: that is when it gives at least one value, and none \
         that is false or null. So .[].status == \"ok\" waits for all of a list, and any(.[]; …) \
         for one. That answer is printed as any is, with --jq, --table and -o too; of the others \
         nothing is. With --paginate the expression sees the whole list. --arg and --argjson hand \
         values in. A wrong expression ends with 2 before anything is sent; an answer that is \
         neither JSON nor XML, or that the expression fails on, ends with 65.",
    ),
    Paragraph(
        "Between an answer and the next request lies the pause of --every, or a longer one that \
         the server asks for (Retry-After). When the time of --for is up, a last request is sent; \
         if it is in vain too, the run ends with 65, says what was last seen, and prints the last \
         answer as an error answer is printed: to standard output and as it came. --for 0 looks once. \
         --max-time and a profile's timeout hold for each request.",
    ),
    Paragraph(
        "Meanwhile standard error shows what the expression compares and its value: a terminal in \
         one line that is renewed, anything else in a line each time it changes, --silent not at \
         all. What is named like a secret is masked, and an object's members are not shown.",
    ),
    Paragraph(
        "An error answer ends the run at once with its own code, a refused signature or credential \
         too. Trouble that may be over the next time, as RETRIES has it (no connection, 503 and its \
         like), is waited out; but that the first request meets ends the run, unless --retry \
         repeats it. Methods other than GET, HEAD, OPTIONS and TRACE are refused, since each request \
         may change something; --retry-unsafe allows them, for a search by POST.",
    ),
];

const FETCHED: &[Block] = &[
    Paragraph(
        "The file of --output or --remote-name appears under its name when it is whole; until \
         then it is a temporary file beside it, which goes when the transfer fails. \
         --remote-name takes the last part of the path as it is in the URL, encoded.",
    ),
    Paragraph(
        "With --continue-at - the file itself grows, and what is there is gone on with: what \
         follows is asked for. A server that sends the whole all the same has it put in the \
         file's place once it is whole. A file that is whole already ends with 0. Within a run \
         (--retry), the ETag or Last-Modified makes sure that both parts are of the same thing; \
         from an earlier run none is known.",
    ),
    Paragraph(
        "What goes to standard output is asked for compressed and decompressed: gzip, deflate, br \
         and zstd. A file gets the bytes as the server sends them, asked for without compression, \
         unless --compressed is given. A body that becomes more than 200 times as long as it came \
         is not decompressed to its end.",
    ),
    Paragraph(
        "Where standard error is a terminal, a transfer of more than half a second shows how far \
         it is, how fast, and how long it will take, unless --silent is given or the body goes to \
         the terminal too; of pages it shows how many have come, with how many items.",
    ),
];

const REDIRECTS: &[Block] = &[Paragraph(
    "With --location, 300, 301, 302, 303, 307 and 308 are followed; without it they end with 3. \
     303 asks for GET, and so do 301 and 302 after a POST, however the method was given; all \
     others keep it, and with it the body. On the profile's origin, and on those of \
     --allow-origin, every request is signed afresh. Another origin gets no signature, no body \
     and no header but those that say how to answer (Accept, Range, If-None-Match, User-Agent and \
     their like), and GET and HEAD only: what else would go there ends with 3. A profile whose \
     requests show a credential or a user to whoever reads them is led from https to http nowhere.",
)];

const RETRIES: &[Block] = &[
    Paragraph(
        "With --retry N a request is signed afresh and sent again, up to N times in a run, when it \
         could not be connected or its host not resolved, when the connection failed or a time \
         limit other than --max-time ran out, or when the answer is one that the system gives in \
         trouble: 408, 429, 500, 502, 503 and 504, unless its preset knows better (MAAS: 502, 503, \
         504; DCI: also 413; AWS and S3: also their throttling). A refused signature or credential, \
         a proxy's included, is never sent again, nor is anything of which a part has been printed.",
    ),
    Paragraph(
        "GET, HEAD, OPTIONS, TRACE, PUT and DELETE are sent again, which twice do no more than \
         once; any other only when it never left this machine, or with --retry-unsafe. Pauses are \
         those of Retry-After, else about 1s, 2s, 4s and so on, up to 10 minutes. A longer \
         Retry-After than that, or than the time left of --retry-max-time or --max-time, ends the \
         run at once. Each attempt is told of on standard error.",
    ),
];

const CLOCKS: &[Block] = &[Paragraph(
    "Where a signature holds a time, and a refusal may come from a clock that is wrong, and the \
     answer's Date is more than 30 seconds from the time that was signed, the request is signed \
     and sent once more with the server's time, and a warning tells so. This is safe for every \
     method, since the refused request was not carried out. Without a preset any 401 or 403 may \
     come from a wrong clock. The difference is remembered for a day, and forgotten when it proves \
     wrong; --no-clock-fix does none of this. OVHcloud is asked for its time before the first \
     request instead.",
)];

const WRITE_OUT: &[Block] = &[
    Paragraph(
        "In the FORMAT of --write-out, %{NAME} stands for one of these, as in curl, %header{NAME} \
         for a header of the answer, %% for %, and \\n, \\r and \\t for line breaks and tabs. What \
         stands behind %{stderr} goes to standard error, up to %{stdout}, and what stands behind \
         %{onerror} is written after an error only.",
    ),
    Paragraph(
        "http_code, http_version, content_type, header_json, num_headers, method, url, \
         url_effective, redirect_url, num_redirects, scheme, exitcode, errormsg, size_download, size_upload, \
         speed_download, speed_upload, remote_ip, remote_port, time_namelookup, time_connect, \
         time_appconnect, time_pretransfer, time_redirect, time_starttransfer, time_total.",
    ),
];

const ARCHIVES: &[Block] = &[
    Paragraph(
        "With --har FILE all that a run sends and receives is written as an HTTP Archive (HAR 1.2), \
         which browsers' tools read: redirects, repeated requests, pages, each look of --until, and \
         what is asked before signing, such as OVHcloud's time or a token. It is written whole or not \
         at all, when the run has ended, and also when that failed: _error says then what went wrong. \
         An interrupted run leaves none. A new file is readable by its owner only.",
    ),
    Paragraph(
        "Secrets are masked in heads, URLs and bodies: by names, and the profile's own wherever they \
         stand. What a server hands out under another name is not known to be one, so look before \
         you give the file away. --show-secrets masks nothing; then signreq verify finds each \
         signature valid, --entry N picking one. Bodies are decompressed, text or base64; those of \
         more than 1 MiB are left out. _sign in timings is how long signing took.",
    ),
];

const SAFETY: &[Block] = &[Paragraph(
    "A profile signs only for its own origin: scheme, host and port. The bytes of the URL that \
     are signed are those that are sent. Secrets are masked in every output but that of sign, \
     unless --show-secrets is given. Redirects are followed with --location only, and no cookies \
     are kept.",
)];
