//! Accounts and sessions, through the function's router.

use auth::router;
use axum::{Extension, Router};
use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_http::SourceAddress;
use switchboard_runtime::Api;
use switchboard_service::Accounts;
use switchboard_testkit::{Answer, Call, World};

struct Auth {
    world: World,
    router: Router,
}

impl Auth {
    async fn new() -> Self {
        let world = World::new().await;
        let token_key = world.token_key().await;
        let accounts = Accounts::new(world.resources.clone(), token_key.clone());
        let router = router(Api::new(accounts, world.gate(&token_key)));
        Self { world, router }
    }

    async fn sign_up(&self, body: Value) -> Answer {
        Call::post("/api/auth/signup").json(&body).to(&self.router).await
    }

    async fn sign_up_ada(&self) -> Answer {
        let body =
            json!({"email": "Ada@example.com", "password": "SecurePassword123!", "name": "Ada Lovelace"});
        self.sign_up(body).await
    }

    /// Signs in from an address.
    async fn sign_in_from(&self, address: &str, password: &str) -> Answer {
        let body = json!({"email": "ada@example.com", "password": password});
        let router = self.router.clone().layer(Extension(SourceAddress(address.to_owned())));
        Call::post("/api/auth/signin").json(&body).to(&router).await
    }

    async fn sign_in(&self, password: &str) -> Answer {
        let body = json!({"email": "ada@example.com", "password": password});
        Call::post("/api/auth/signin").json(&body).to(&self.router).await
    }

    async fn refresh_with(&self, refresh_token: &str) -> Answer {
        Call::post("/api/auth/refresh").json(&json!({"refresh_token": refresh_token})).to(&self.router).await
    }

    async fn refresh_as(&self, bearer: &str) -> Answer {
        Call::post("/api/auth/refresh").bearer(bearer).to(&self.router).await
    }
}

#[tokio::test]
async fn sign_up_answers_with_the_account() {
    let auth = Auth::new().await;
    let answer = auth.sign_up_ada().await;
    assert_snapshot!(answer, @r#"
    200 {
      "email": "Ada@example.com",
      "name": "Ada Lovelace",
      "user_id": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a"
    }
    "#);
}

#[tokio::test]
async fn the_name_is_optional() {
    let auth = Auth::new().await;
    let answer = auth.sign_up(json!({"email": "ada@example.com", "password": "SecurePassword123!"})).await;
    assert_eq!(answer.json()["name"], Value::Null);
}

#[tokio::test]
async fn an_address_has_one_account_whatever_its_case() {
    let auth = Auth::new().await;
    auth.sign_up_ada().await;
    let again = auth.sign_up(json!({"email": "ADA@example.com", "password": "AnotherPassword1"})).await;
    assert_snapshot!(again, @r#"
    409 {
      "detail": "Email already registered"
    }
    "#);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let auth = Auth::new().await;
    let answer = auth.sign_up(json!({"email": "ada", "password": "short", "name": "x".repeat(201)})).await;
    assert_snapshot!(answer, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "email"
          ],
          "msg": "Invalid email format",
          "type": "value_error"
        },
        {
          "loc": [
            "body",
            "password"
          ],
          "msg": "String should have at least 8 characters",
          "type": "string_too_short"
        },
        {
          "loc": [
            "body",
            "name"
          ],
          "msg": "String should have at most 200 characters",
          "type": "string_too_long"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn bodies_that_can_not_be_read_are_refused_by_place() {
    let auth = Auth::new().await;
    let missing = auth.sign_up(json!({"email": "ada@example.com"})).await;
    let wrong_type = auth.sign_up(json!({"email": 1, "password": "SecurePassword123!"})).await;
    let malformed = Call::post("/api/auth/signup").body("{\"email\": ").to(&auth.router).await;
    let empty = Call::post("/api/auth/signup").to(&auth.router).await;
    let oversized = Call::post("/api/auth/signup").body(vec![b' '; 1024 * 1024 + 1]).to(&auth.router).await;
    assert_snapshot!([missing, wrong_type, malformed, empty, oversized].map(|answer| answer.to_string()).join("\n"), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "password"
          ],
          "msg": "Field required",
          "type": "missing"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "email"
          ],
          "msg": "Input should be a string",
          "type": "type_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body"
          ],
          "msg": "JSON decode error: EOF while parsing a value at line 1 column 10",
          "type": "json_invalid"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body"
          ],
          "msg": "Field required",
          "type": "missing"
        }
      ]
    }
    413 {
      "detail": "Request body is too large: at most 1048576 bytes are allowed"
    }
    "#);
}

#[tokio::test]
async fn only_the_email_provider_is_configured() {
    let auth = Auth::new().await;
    let body = json!({"email": "ada@example.com", "password": "SecurePassword123!"});
    let google = Call::post("/api/auth/signup?provider=Google").json(&body).to(&auth.router).await;
    let unknown = Call::post("/api/auth/signup?provider=Myspace").json(&body).to(&auth.router).await;
    let email = Call::post("/api/auth/signup?provider=Email").json(&body).to(&auth.router).await;
    assert_snapshot!([google, unknown].map(|answer| answer.to_string()).join("\n"), @r#"
    422 {
      "detail": "Authentication provider 'Google' is not configured"
    }
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "provider"
          ],
          "msg": "Input should be 'Email', 'Google' or 'GitHub'",
          "type": "enum"
        }
      ]
    }
    "#);
    assert_eq!(email.status, 200);
}

#[tokio::test]
async fn sign_in_answers_with_tokens_that_work() {
    let auth = Auth::new().await;
    let account = auth.sign_up_ada().await;

    let session = auth.sign_in("SecurePassword123!").await;

    let me = Call::get("/api/auth/me").bearer(&session.str("/access_token")).to(&auth.router).await;
    assert_eq!(session.status, 200);
    assert_eq!(session.str("/user_id"), account.str("/user_id"));
    assert_eq!(session.str("/token_type"), "bearer");
    assert_snapshot!(me, @r#"
    200 {
      "email": "Ada@example.com",
      "email_verified": false,
      "id": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a",
      "name": "Ada Lovelace"
    }
    "#);
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    let auth = Auth::new().await;
    auth.sign_up_ada().await;

    let wrong_password = auth.sign_in("WrongPassword").await;
    let body = json!({"email": "nobody@example.com", "password": "WrongPassword"});
    let unknown_address = Call::post("/api/auth/signin").json(&body).to(&auth.router).await;

    assert_snapshot!(wrong_password, @r#"
    401 {
      "detail": "Invalid credentials"
    }
    "#);
    assert_eq!(wrong_password.to_string(), unknown_address.to_string());
}

#[tokio::test]
async fn the_eleventh_failure_in_a_quarter_of_an_hour_is_throttled_even_with_the_right_password() {
    let auth = Auth::new().await;
    auth.sign_up_ada().await;
    for _ in 0..10 {
        assert_eq!(auth.sign_in("WrongPassword").await.status, 401);
    }

    let throttled = auth.sign_in("SecurePassword123!").await;
    auth.world.wait(15 * 60);
    let later = auth.sign_in("SecurePassword123!").await;

    assert_eq!(throttled.header("retry-after"), Some("900"));
    assert_snapshot!(throttled, @r#"
    429 {
      "detail": "Too many sign-in attempts. Please try again later."
    }
    "#);
    assert_eq!(later.status, 200);
}

#[tokio::test]
async fn strangers_who_guess_do_not_keep_the_owner_out() {
    let auth = Auth::new().await;
    auth.sign_up_ada().await;
    for _ in 0..11 {
        auth.sign_in_from("203.0.113.1", "WrongPassword").await;
    }

    let stranger = auth.sign_in_from("203.0.113.1", "SecurePassword123!").await;
    let owner = auth.sign_in_from("198.51.100.1", "SecurePassword123!").await;

    assert_eq!((stranger.status.as_u16(), owner.status.as_u16()), (429, 200));
}

#[tokio::test]
async fn a_hundred_failures_from_wherever_are_enough_for_an_account() {
    let auth = Auth::new().await;
    auth.sign_up_ada().await;
    for stranger in 0..100 {
        let address = format!("203.0.113.{}", stranger / 10);
        assert_eq!(auth.sign_in_from(&address, "WrongPassword").await.status, 401);
    }

    let throttled = auth.sign_in_from("198.51.100.1", "SecurePassword123!").await;

    assert_eq!(throttled.status, 429);
}

#[tokio::test]
async fn the_hundred_and_first_sign_up_from_an_address_is_throttled_for_a_quarter_of_an_hour() {
    let auth = Auth::new().await;
    for _ in 0..100 {
        assert_ne!(auth.sign_up_ada().await.status, 429);
    }
    let bob = json!({"email": "bob@example.com", "password": "SecurePassword123!"});

    let throttled = auth.sign_up(bob.clone()).await;
    auth.world.wait(15 * 60);
    let later = auth.sign_up(bob).await;

    assert_eq!(throttled.header("retry-after"), Some("900"));
    assert_snapshot!(throttled, @r#"
    429 {
      "detail": "Too many sign-up attempts. Please try again later."
    }
    "#);
    assert_eq!(later.status, 200);
}

#[tokio::test]
async fn an_invitation_that_is_none_makes_no_account() {
    let auth = Auth::new().await;
    let with = |token: &str| json!({"email": "ada@example.com", "password": "SecurePassword123!", "invitation_token": token});

    let nonsense = auth.sign_up(with("nonsense")).await;
    let of_nobody = auth.sign_up(with("swi_0000000000001.nonsense")).await;

    assert_snapshot!(nonsense, @r#"
    404 {
      "detail": "Invitation not found"
    }
    "#);
    assert_eq!(of_nobody.status, 404);
    assert_eq!(auth.sign_in("SecurePassword123!").await.status, 401);
}

#[tokio::test]
async fn signing_in_takes_back_the_failures_before() {
    let auth = Auth::new().await;
    auth.sign_up_ada().await;
    for _ in 0..3 {
        for _ in 0..9 {
            auth.sign_in("WrongPassword").await;
        }
        assert_eq!(auth.sign_in("SecurePassword123!").await.status, 200);
    }
}

#[tokio::test]
async fn a_refresh_token_works_once_in_the_body_or_as_the_bearer() {
    let auth = Auth::new().await;
    auth.sign_up_ada().await;
    let first = auth.sign_in("SecurePassword123!").await;

    let second = auth.refresh_with(&first.str("/refresh_token")).await;
    let third = auth.refresh_as(&second.str("/refresh_token")).await;

    let me = Call::get("/api/auth/me").bearer(&third.str("/access_token")).to(&auth.router).await;
    assert_eq!((second.status.as_u16(), third.status.as_u16(), me.status.as_u16()), (200, 200, 200));
}

#[tokio::test]
async fn a_refresh_token_that_is_used_twice_ends_its_session() {
    let auth = Auth::new().await;
    auth.sign_up_ada().await;
    let first = auth.sign_in("SecurePassword123!").await;
    let second = auth.refresh_with(&first.str("/refresh_token")).await;

    let reused = auth.refresh_with(&first.str("/refresh_token")).await;
    let rightful = auth.refresh_with(&second.str("/refresh_token")).await;
    let with_access_token = auth.refresh_as(&second.str("/access_token")).await;

    assert_snapshot!(reused, @r#"
    401 {
      "detail": "Refresh token is invalid or has been used"
    }
    "#);
    assert_eq!((rightful.status.as_u16(), with_access_token.status.as_u16()), (401, 401));
}

#[tokio::test]
async fn a_valid_access_token_gives_a_new_pair() {
    let auth = Auth::new().await;
    auth.sign_up_ada().await;
    let session = auth.sign_in("SecurePassword123!").await;

    let pair = auth.refresh_as(&session.str("/access_token")).await;

    let next = auth.refresh_with(&pair.str("/refresh_token")).await;
    assert_eq!((pair.status.as_u16(), next.status.as_u16()), (200, 200));
    assert_ne!(pair.str("/refresh_token"), session.str("/refresh_token"));
}

#[tokio::test]
async fn tokens_end_with_their_time() {
    let auth = Auth::new().await;
    auth.sign_up_ada().await;
    let session = auth.sign_in("SecurePassword123!").await;

    auth.world.wait(3_600);
    let me = Call::get("/api/auth/me").bearer(&session.str("/access_token")).to(&auth.router).await;
    auth.world.wait(30 * 24 * 3_600);
    let refreshed = auth.refresh_with(&session.str("/refresh_token")).await;

    assert_snapshot!(me, @r#"
    401 {
      "detail": "Access token has expired"
    }
    "#);
    assert_eq!(refreshed.status, 401);
}

#[tokio::test]
async fn requests_without_good_credentials_are_refused() {
    let auth = Auth::new().await;
    let without = Call::get("/api/auth/me").to(&auth.router).await;
    let basic = Call::get("/api/auth/me").header("authorization", "Basic YTpi").to(&auth.router).await;
    let nonsense = Call::get("/api/auth/me").bearer("nonsense").to(&auth.router).await;
    let unknown = auth.refresh_with("swr_0000000000000.unknown").await;
    assert_snapshot!([without, basic, nonsense, unknown].map(|answer| answer.to_string()).join("\n"), @r#"
    401 {
      "detail": "Not authenticated"
    }
    401 {
      "detail": "Invalid authentication credentials"
    }
    401 {
      "detail": "Invalid authentication credentials"
    }
    401 {
      "detail": "Refresh token is invalid or has been used"
    }
    "#);
}

#[tokio::test]
async fn unknown_paths_and_methods_keep_the_shape() {
    let auth = Auth::new().await;
    let path = Call::get("/api/auth/nothing").to(&auth.router).await;
    let method = Call::delete("/api/auth/me").to(&auth.router).await;
    assert_snapshot!([path, method].map(|answer| answer.to_string()).join("\n"), @r#"
    404 {
      "detail": "Not Found"
    }
    405 {
      "detail": "Method Not Allowed"
    }
    "#);
}

#[tokio::test]
async fn each_operation_costs_what_the_documents_say() {
    let auth = Auth::new().await;
    let sign_up = auth.sign_up_ada().await;
    // The first session of a process fetches the key of access tokens.
    auth.sign_in("SecurePassword123!").await;

    let sign_in = auth.sign_in("SecurePassword123!").await;
    let me = Call::get("/api/auth/me").bearer(&sign_in.str("/access_token")).to(&auth.router).await;
    let refresh = auth.refresh_with(&sign_in.str("/refresh_token")).await;

    assert_snapshot!([sign_up, sign_in, me, refresh].map(|answer| answer.cost()).join("\n"), @"
    4 calls, 3 round trips, 2 read units, 5 write units
    9 calls, 3 round trips, 2 read units, 10 write units
    1 calls, 1 round trips, 1 read units, 0 write units
    2 calls, 1 round trips, 1 read units, 6 write units
    ");
}
