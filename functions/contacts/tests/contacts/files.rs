//! `POST /api/contacts/import`: files, good and bad.

use insta::assert_snapshot;
use serde_json::json;
use switchboard_testkit::Call;

use crate::support::{Stage, names, rows, together};

/// The document's own file.
const DOCUMENTED: &str = "phone,name,tags\n+1234567890,John Doe,customer;vip\n+0987654321,Jane Smith,customer\n1234567890,Bob Johnson,prospect\n";

#[tokio::test]
async fn an_import_has_the_documented_shape() {
    let stage = Stage::new().await;
    let answer = stage.import("contacts.csv", DOCUMENTED, "").await;
    assert_snapshot!(answer, @r#"
    200 {
      "failed": 2,
      "imported": 1,
      "results": [
        {
          "phone_number": "+1234567890",
          "reason": null,
          "row_number": 1,
          "status": "imported"
        },
        {
          "phone_number": "+0987654321",
          "reason": "Invalid phone number format",
          "row_number": 2,
          "status": "failed"
        },
        {
          "phone_number": "1234567890",
          "reason": "Invalid phone number format",
          "row_number": 3,
          "status": "failed"
        }
      ],
      "total_rows": 3,
      "unchanged": 0,
      "updated": 0
    }
    "#);
    assert_eq!(names(&stage.list("&tags=vip").await), ["John Doe"]);
}

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    let stage = Stage::new().await;
    stage.import("contacts.csv", DOCUMENTED, "").await;
    let before = stage.list("").await.json();
    stage.world.wait(60);

    let again = stage.import("contacts.csv", DOCUMENTED, "").await;

    assert_eq!((again.json()["unchanged"].clone(), again.json()["failed"].clone()), (json!(1), json!(2)));
    assert!((again.reading.write_units - 1.0).abs() < f64::EPSILON, "only the request is counted");
    assert_eq!(stage.list("").await.json(), before);
}

#[tokio::test]
async fn known_contacts_get_what_the_file_adds_and_keep_the_rest() {
    let stage = Stage::new().await;
    let id = stage
        .created("+15550001111", json!({"name": "Ada", "tags": ["vip"], "attributes": {"city": "London"}}))
        .await;
    stage.patch(&id, json!({"opted_in": false})).await;

    let file = "Mobile;Name;Labels;Company;City\r\n+1 (555) 000-1111;;customer, old;Acme;\r\n";
    let answer = stage.import("contacts.csv", file, "").await;

    assert_eq!(rows(&answer), "1 +15550001111 updated");
    let contact = stage.get(&id).await.json();
    assert_eq!(contact["name"], "Ada");
    assert_eq!(contact["tags"], json!(["vip", "customer", "old"]));
    assert_eq!(contact["attributes"], json!({"city": "London", "Company": "Acme"}));
    assert_eq!(contact["opted_in"], false);
}

#[tokio::test]
async fn rows_fail_alone_and_say_why() {
    let stage = Stage::new().await;
    let file = format!(
        "phone,name,tags,note\n+15550001111,Ada,,\n,Nobody,,\nnone,x,,\n+4912,x,,\n+999123456789,x,,\n0170 1234567,Zoe,,\n\
         +15550001112,{},,\n+15550001113,x,{},\n+15550001114,x,,{}\n+15550001115,a,b,c,d\n4.917E+11,x,,\n+15550001111,Ada Lovelace,,\n+15550001111,Ada Lovelace,,\n",
        "n".repeat(129),
        "t".repeat(65),
        "v".repeat(501),
    );
    assert_snapshot!(rows(&stage.import("contacts.csv", &file, "").await), @"
    1 +15550001111 imported
    2  failed Phone number is missing
    3 none failed Invalid phone number format
    4 +4912 failed Phone number is too short
    5 +999123456789 failed Phone number has an unknown country code
    6 0170 1234567 failed Invalid phone number format
    7 +15550001112 failed Name: String should have at most 128 characters
    8 +15550001113 failed Tags: String should have at most 64 characters
    9 +15550001114 failed note: at most 500 characters are kept
    10 +15550001115 failed Row has more cells than the header: a text with a separator needs quotation marks
    11 4.917E+11 failed Phone number was shortened by a spreadsheet: format the column as text
    12 +15550001111 updated
    13 +15550001111 unchanged
    ");
    assert_eq!(names(&stage.list("").await), ["Ada Lovelace"]);
}

#[tokio::test]
async fn a_default_country_makes_national_numbers_whole() {
    let stage = Stage::new().await;
    let file = "phone\n0170 1234567\n+1 202 555 0123\n12\n";
    assert_snapshot!(rows(&stage.import("contacts.csv", file, "&default_country=de").await), @"
    1 +491701234567 imported
    2 +12025550123 imported
    3 12 failed Phone number is not valid in the default country
    ");
    let unknown = stage.import("contacts.csv", file, "&default_country=Germany").await;
    assert_snapshot!(together(&[unknown]), @r#"422 {"detail":[{"loc":["query","default_country"],"msg":"Input should be a country code of two letters, such as 'DE'","type":"enum"}]}"#);
}

#[tokio::test]
async fn other_encodings_are_read() {
    let stage = Stage::new().await;
    let text = "phone;name\r\n+15550001111;Zoë Müller\r\n";
    let utf_16: Vec<u8> =
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let latin_1: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    for (file, expected) in [(utf_16, "imported"), (latin_1, "unchanged")] {
        let answer = stage.import("contacts.csv", file, "").await;
        assert_eq!(rows(&answer), format!("1 +15550001111 {expected}"));
    }
    assert_eq!(names(&stage.list("").await), ["Zoë Müller"]);
}

#[tokio::test]
async fn bad_files_are_refused_and_nothing_is_stored() {
    let stage = Stage::new().await;
    let mut encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let answers = [
        stage.import("a.csv", "", "").await,
        stage.import("a.xlsx", b"PK\x03\x04\x14\x00", "").await,
        stage.import("a.xlsx", encrypted, "").await,
        stage.import("a.csv", "name;number of shoes\nAda;2\n", "").await,
        stage.import("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "").await,
        stage.import("../a.csv", "phone\n+15550001111\n", "").await,
        stage.import("a.csv", vec![b'x'; 4_000_001], "").await,
        stage.import("a.csv", vec![b'x'; 4_100_000], "").await,
        stage
            .send(
                Call::post(format!("/api/contacts/import?workspace_id={}", stage.workspace()))
                    .header("content-type", "multipart/form-data; boundary=x")
                    .body("--x--\r\n"),
            )
            .await,
        stage
            .send(
                Call::post(format!("/api/contacts/import?workspace_id={}", stage.workspace()))
                    .json(&json!({})),
            )
            .await,
        stage.send(Call::post("/api/contacts/import").json(&json!({}))).await,
    ];
    assert_snapshot!(together(&answers), @r#"
    422 {"detail":"The file can't be imported: it is empty"}
    422 {"detail":"The file can't be imported: it is damaged or incomplete, or no Excel file (.xlsx)"}
    422 {"detail":"The file can't be imported: it is encrypted. Save it without a password"}
    422 {"detail":"The file can't be imported: it has no column 'phone'. Its columns are 'name', 'number of shoes'"}
    422 {"detail":"The file can't be imported: it is neither CSV nor Excel (.xlsx)"}
    422 {"detail":[{"loc":["body","file"],"msg":"File name should not contain a path","type":"value_error"}]}
    413 {"detail":"File is too large for a direct import: at most 4000000 bytes are allowed. Ask for an upload URL with POST /api/contacts/imports/uploads instead."}
    413 {"detail":"File is too large for a direct import: at most 4000000 bytes are allowed. Ask for an upload URL with POST /api/contacts/imports/uploads instead."}
    422 {"detail":[{"loc":["body","file"],"msg":"Field required","type":"missing"}]}
    422 {"detail":[{"loc":["body"],"msg":"Body should be multipart/form-data: its Content-Type names no boundary","type":"value_error"}]}
    422 {"detail":[{"loc":["query","workspace_id"],"msg":"Field required","type":"missing"}]}
    "#);
    assert_eq!(stage.list("").await.json()["total"], 0);
    assert!(stage.bucket.keys().await.is_empty());
}

/// An archive of one part that says so of its size, packed and unpacked.
fn archive(packed: u32, unpacked: u32) -> Vec<u8> {
    let name = b"xl/worksheets/sheet1.xml";
    let mut entry = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    entry.extend([packed.to_le_bytes(), unpacked.to_le_bytes()].concat());
    entry.extend([u8::try_from(name.len()).unwrap(), 0, 0, 0]);
    let mut file = [&b"PK\x03\x04"[..], &entry, name].concat();
    file.resize(file.len() + packed as usize, 0);
    let directory = [&b"PK\x01\x02\x14\x00"[..], &entry, &[0; 14], name].concat();
    let sizes = [directory.len(), file.len()].map(|size| u32::try_from(size).unwrap().to_le_bytes());
    let end = [&b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &sizes.concat(), &[0; 2]].concat();
    [file, directory, end].concat()
}

#[tokio::test]
async fn a_workbook_that_unpacks_to_too_much_for_a_request_is_told_of_the_other_way() {
    let stage = Stage::new().await;
    let answers = [
        stage.import("a.xlsx", archive(2_000_000, 70_000_000), "").await,
        stage.import("a.xlsx", archive(20_000, 70_000_000), "").await,
    ];
    assert_snapshot!(together(&answers), @r#"
    422 {"detail":"The file can't be imported: it unpacks to more than 67108864 bytes, which is too much for one request. Ask for an upload URL with POST /api/contacts/imports/uploads instead"}
    422 {"detail":"The file can't be imported: it unpacks to too much data. Save it as CSV"}
    "#);
}
