//! Taking up invitations, and giving others in their place.

use serde_json::json;
use switchboard_model::access::{ManageWorkspace, Permit, SignedIn};
use switchboard_model::audit::Deed;
use switchboard_model::invitation::{Invitation, invitation_token};
use switchboard_model::session::SecretToken;
use switchboard_model::workspace::{Member, MemberStatus};
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, StoreError};

use super::members::check_may_touch;
use super::{TRIES, Workspaces};

impl Workspaces {
    /// Lets a person in who presents their invitation. May be repeated.
    pub async fn accept_invitation(
        &self,
        permit: &Permit<SignedIn>,
        workspace_id: Id,
        token: &str,
    ) -> Result<Member, DomainError> {
        let store = &self.resources.store;
        let user_id = permit.caller().user_id().ok_or(DomainError::InvitationNotFound)?;
        let presented = Invitation::presented(token);
        let presented = presented.filter(|invitation| invitation.workspace_id == workspace_id);
        let invitation = presented.ok_or(DomainError::InvitationNotFound)?;
        match store.accept_invitation(user_id, &invitation).await {
            Ok(()) | Err(StoreError::ConditionFailed(Condition::InvitationGone)) => {}
            Err(error) => return Err(error.into()),
        }
        let member = store.member(workspace_id, user_id).await?;
        let member = member.filter(|member| member.status == MemberStatus::Active);
        member.ok_or(DomainError::InvitationNotFound)
    }

    /// Gives a member who has not come in another invitation, in the place of the one before.
    pub async fn renew_invitation(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        member_id: Id,
    ) -> Result<(Member, SecretToken), DomainError> {
        let entry = self.gate.enter(permit, workspace_id).await?;
        for _ in 0..TRIES {
            let member = self.member(workspace_id, member_id).await?;
            check_may_touch(&entry, member.role)?;
            if member.status == MemberStatus::Active {
                return Err(DomainError::AlreadyMember);
            }
            let token = invitation_token(workspace_id, &*self.resources.randomness);
            let told = self.told_of_member(&entry, Deed::InvitationRenewed, &member, json!({}));
            let store = self.resources.store.telling(told);
            match store.renew_invitation(&member, &token.digest()).await {
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                renewed => return renewed.map(|()| (member, token)).map_err(Into::into),
            }
        }
        Err(DomainError::Contested)
    }
}
