//! Keys of media files.

use switchboard_model::Id;
use switchboard_model::media::MediaKind;

use super::{Key, Range};
use crate::tables::Table;

/// In how many items the media files of a workspace are counted, so that those who store at the same time rarely meet.
pub const MEDIA_TALLIES: u64 = 16;

/// A media file.
pub fn media(id: Id) -> Key {
    Key::new(Table::Main, format!("MEDIA#{id}"), "MEDIA")
}

/// A media file in its workspace's list; in that of one kind where it is given.
pub fn listed_media(workspace_id: Id, kind: Option<MediaKind>, id: Id) -> Key {
    Key::new(Table::Main, list_partition(workspace_id, kind), id.to_string())
}

/// The media files of a workspace; those of one kind where it is given.
pub fn media_list(workspace_id: Id, kind: Option<MediaKind>) -> Range {
    Range::new(Table::Main, list_partition(workspace_id, kind), "")
}

/// The item in which a media file is counted.
pub fn media_tally(workspace_id: Id, id: Id) -> Key {
    let shard = id.bits() % MEDIA_TALLIES;
    Key::new(Table::Main, format!("MEDIATALLY#{workspace_id}"), format!("{shard:02}"))
}

/// The items in which a workspace's media files are counted.
pub fn media_tallies(workspace_id: Id) -> Range {
    Range::new(Table::Main, format!("MEDIATALLY#{workspace_id}"), "")
}

/// A file that is going to be uploaded.
pub fn upload(id: Id) -> Key {
    Key::new(Table::Ephemeral, format!("UPLOAD#{id}"), "UPLOAD")
}

/// Meta's id of a media file that was uploaded for a phone number.
pub fn media_at_meta(media_id: Id, phone_number_id: Id) -> Key {
    Key::new(Table::Ephemeral, format!("ATMETA#{media_id}"), phone_number_id.to_string())
}

fn list_partition(workspace_id: Id, kind: Option<MediaKind>) -> String {
    kind.map_or_else(
        || format!("MEDIALIST#{workspace_id}"),
        |kind| format!("MEDIALIST#{workspace_id}#{kind}"),
    )
}
