//! What of a workspace the checks need.

use std::collections::HashMap;

use store::Tx;
use uuid::Uuid;

use crate::{
    base::{Result, WorkspaceId},
    leads::{
        Currency,
        custom::Rules,
        fields::{self, Field},
        pipelines,
        write::Place,
    },
    workspaces::{self, Settings},
};

/// What of the workspace the checks need, read only where something needs it, and once for a whole slice.
pub(crate) struct House {
    settings: Option<Settings>,
    pub(super) fields: Vec<Field>,
    places: HashMap<(Option<Uuid>, Option<Uuid>), Place>,
}

impl House {
    pub(crate) fn load(tx: &mut Tx, workspace: WorkspaceId) -> Result<House> {
        let fields = fields::all(tx, workspace)?;
        Ok(House {
            settings: None,
            fields,
            places: HashMap::new(),
        })
    }

    /// The keys of the fields of which no two leads share a value.
    pub(crate) fn unique_fields(&self) -> Vec<String> {
        let unique = self.fields.iter().filter(|it| it.unique);
        unique.map(|it| it.key.clone()).collect()
    }

    pub(crate) fn with_settings_if(
        mut self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        needed: bool,
    ) -> Result<House> {
        if needed || self.has_typed_phones() {
            self.know_settings(tx, workspace)?;
        }
        Ok(self)
    }

    pub(super) fn has_typed_phones(&self) -> bool {
        self.fields
            .iter()
            .any(|it| it.kind == fields::FieldKind::Phone)
    }

    pub(super) fn know_settings(&mut self, tx: &mut Tx, workspace: WorkspaceId) -> Result<()> {
        if self.settings.is_none() {
            self.settings = Some(workspaces::settings(tx, workspace)?);
        }
        Ok(())
    }

    pub(super) fn country(&self) -> &str {
        self.settings
            .as_ref()
            .map_or("", |it| it.default_country.as_str())
    }

    pub(super) fn rules<'a>(&'a self, country: &'a str) -> Rules<'a> {
        Rules {
            fields: &self.fields,
            country: if country.is_empty() {
                self.country()
            } else {
                country
            },
        }
    }

    pub(super) fn currency(&self) -> Option<Currency> {
        Currency::parse(&self.settings.as_ref()?.currency)
    }

    pub(super) fn place(
        &mut self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        stage: Option<Uuid>,
        pipeline: Option<Uuid>,
    ) -> Result<Option<Place>> {
        if stage.is_none() && pipeline.is_none() {
            return Ok(None);
        }
        if let Some(place) = self.places.get(&(stage, pipeline)) {
            return Ok(Some(*place));
        }
        let place = pipelines::place(tx, workspace, stage, pipeline)?;
        self.places.insert((stage, pipeline), place);
        Ok(Some(place))
    }
}
