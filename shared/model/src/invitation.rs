//! Invitations to workspaces.
//!
//! Whoever adds an address without an account is given a token, once, to pass on. Who signs up with the address comes
//! in as a member; who is to manage the workspace presents the token, since having the address as the name of an account
//! proves nothing.

use crate::session::SecretToken;
use crate::{Id, Randomness};

/// What stands in front of an invitation's token: `swi_`, then the workspace's id.
pub const INVITATION_TOKEN_PREFIX: &str = "swi_";

/// Makes the token of an invitation to the workspace, which it names so that it is found in one write.
pub fn invitation_token(workspace_id: Id, randomness: &dyn Randomness) -> SecretToken {
    SecretToken::generate(&format!("{INVITATION_TOKEN_PREFIX}{workspace_id}."), randomness)
}

/// An invitation that somebody presents, good or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The workspace that it names.
    pub workspace_id: Id,
    /// SHA-256 of its token: what is stored.
    pub digest: String,
}

impl Invitation {
    /// The invitation of a token; nothing where it can't be one.
    pub fn presented(token: &str) -> Option<Self> {
        let (workspace_id, _) = token.strip_prefix(INVITATION_TOKEN_PREFIX)?.split_once('.')?;
        let workspace_id = crate::id::spelling::key::parse(workspace_id)?;
        Some(Self { workspace_id, digest: SecretToken::presented(token).digest() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandomness;

    #[test]
    fn an_invitation_names_its_workspace_and_keeps_its_token() {
        let workspace_id = Id::from_bits(42).unwrap();
        let token = invitation_token(workspace_id, &SeededRandomness::new(1));

        let presented = Invitation::presented(token.expose()).unwrap();

        assert_eq!(presented, Invitation { workspace_id, digest: token.digest() });
        for text in ["", "swi_", "swi_nonsense", "swi_nonsense.x", "swr_0000000000001.x"] {
            assert_eq!(Invitation::presented(text), None, "{text}");
        }
    }
}
