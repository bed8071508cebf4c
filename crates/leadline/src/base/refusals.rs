//! The refusals that operations share, said once for the API document.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, HeaderBuilder, Object, Ref, RefOr, Response, ResponseBuilder, Type},
};

/// What a read can be refused with.
#[derive(Debug)]
pub struct ReadRefusals;

/// What reading can be refused with where it needs a file that may be kept no longer.
#[derive(Debug)]
pub struct FileRefusals;

/// What a write can be refused with.
#[derive(Debug)]
pub struct WriteRefusals;

/// What an operation open to strangers can be refused with.
#[derive(Debug)]
pub struct PublicRefusals;

/// What an operation on one lead answers by the id of a lead that was merged into another.
#[derive(Debug)]
pub struct MovedElsewhere;

impl IntoResponses for MovedElsewhere {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let location = HeaderBuilder::new()
            .schema(Object::with_type(Type::String))
            .build();
        let moved = ResponseBuilder::new()
            .description("The lead was merged into another one; `Location` is its address. Whoever reads gets no body.")
            .header("Location", location)
            .build();
        BTreeMap::from([("308".to_owned(), RefOr::T(moved))])
    }
}

impl IntoResponses for ReadRefusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals(&[400, 401, 403, 404, 422, 429, 503])
    }
}

impl IntoResponses for FileRefusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals(&[400, 401, 403, 404, 409, 422, 429, 503])
    }
}

impl IntoResponses for WriteRefusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals(&[400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 503])
    }
}

impl IntoResponses for PublicRefusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals(&[400, 401, 403, 404, 409, 413, 415, 422, 429, 503])
    }
}

fn refusals(statuses: &[u16]) -> BTreeMap<String, RefOr<Response>> {
    statuses
        .iter()
        .map(|status| (status.to_string(), RefOr::T(refusal(*status))))
        .collect()
}

fn refusal(status: u16) -> Response {
    let words = match status {
        400 => "The request cannot be read",
        401 => "Not signed in",
        403 => "Signed in without the right, or from a foreign page",
        404 => "No such record, or not yours to see",
        409 => "In conflict with what is there; `code` says how",
        412 => "The record was changed since; `current` holds it as it is now",
        413 => "The body is too large",
        415 => "The body is not JSON",
        422 => "A field is not valid; `errors` names it",
        429 => "Too many requests; see Retry-After",
        _ => "Not available right now; see Retry-After",
    };
    let schema = RefOr::Ref(Ref::from_schema_name("Problem"));
    ResponseBuilder::new()
        .description(words)
        .content(
            "application/problem+json",
            ContentBuilder::new().schema(Some(schema)).build(),
        )
        .build()
}
