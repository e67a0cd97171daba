//! The tables of the template are those of the store.

use serde_json::json;
use switchboard_store::Table;

use crate::template::{resources, template};

fn name(table: Table) -> &'static str {
    match table {
        Table::Main => "MainTable",
        Table::Messages => "MessagesTable",
        Table::Ephemeral => "EphemeralTable",
    }
}

#[test]
fn every_table_has_the_schema_of_the_store() {
    let mut tables = resources(&template(), "AWS::DynamoDB::Table");
    for table in Table::ALL {
        let found = tables.remove(name(table)).unwrap_or_else(|| panic!("{table:?} is not in the template"));
        let schema = table.schema();
        let keys = json!([
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ]);
        let attributes = json!([
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ]);
        let time_to_live = schema.time_to_live.map(|name| json!({"AttributeName": name, "Enabled": true}));
        let stream = schema.stream.then(|| json!({"StreamViewType": "NEW_AND_OLD_IMAGES"}));
        assert_eq!(found["KeySchema"], keys, "{table:?}");
        assert_eq!(found["AttributeDefinitions"], attributes, "{table:?}");
        assert_eq!(found.get("TimeToLiveSpecification"), time_to_live.as_ref(), "{table:?}");
        assert_eq!(found.get("StreamSpecification"), stream.as_ref(), "{table:?}");
        assert_eq!(found.get("GlobalSecondaryIndexes"), None, "{table:?}");
    }
    assert!(tables.is_empty(), "the store does not know {:?}", tables.keys());
}
