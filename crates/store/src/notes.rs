//! Things the units of one commit tell the hooks around it.

use std::any::{Any, TypeId};

/// Values of any type, kept by type in the order in which they came.
#[derive(Default)]
pub struct Notes {
    lists: Vec<(TypeId, Box<dyn List>)>,
}

trait List: Send {
    fn len(&self) -> usize;
    fn truncate(&mut self, len: usize);
    /// Takes over the entries of a list of the same type.
    fn absorb(&mut self, other: &mut dyn List);
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl<N: Any + Send> List for Vec<N> {
    fn len(&self) -> usize {
        Vec::len(self)
    }

    fn truncate(&mut self, len: usize) {
        Vec::truncate(self, len);
    }

    fn absorb(&mut self, other: &mut dyn List) {
        if let Some(other) = other.as_any_mut().downcast_mut::<Vec<N>>() {
            self.append(other);
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// How much there was at one moment, so that what came later can be taken back.
pub(crate) struct Mark(Vec<usize>);

impl Notes {
    /// Takes all notes of type `N` out.
    pub fn take<N: Any + Send>(&mut self) -> Vec<N> {
        self.list_mut::<N>().map(std::mem::take).unwrap_or_default()
    }

    /// All notes of type `N`.
    pub fn get<N: Any + Send>(&self) -> &[N] {
        self.lists
            .iter()
            .find(|(kind, _)| *kind == TypeId::of::<N>())
            .and_then(|(_, list)| list.as_any().downcast_ref::<Vec<N>>())
            .map_or(&[], Vec::as_slice)
    }

    pub fn is_empty(&self) -> bool {
        self.lists.iter().all(|(_, list)| list.len() == 0)
    }

    /// Adds a note, as `Tx::note` does; a `before_commit` hook may leave some for `after_commit`.
    pub fn push<N: Any + Send>(&mut self, note: N) {
        if let Some(list) = self.list_mut::<N>() {
            list.push(note);
        } else {
            self.lists.push((TypeId::of::<N>(), Box::new(vec![note])));
        }
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark(self.lists.iter().map(|(_, list)| list.len()).collect())
    }

    pub(crate) fn rewind(&mut self, mark: &Mark) {
        for (index, (_, list)) in self.lists.iter_mut().enumerate() {
            list.truncate(mark.0.get(index).copied().unwrap_or(0));
        }
    }

    pub(crate) fn absorb(&mut self, other: Notes) {
        for (kind, mut list) in other.lists {
            match self.lists.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, known)) => known.absorb(list.as_mut()),
                None => self.lists.push((kind, list)),
            }
        }
    }

    fn list_mut<N: Any + Send>(&mut self) -> Option<&mut Vec<N>> {
        self.lists
            .iter_mut()
            .find(|(kind, _)| *kind == TypeId::of::<N>())
            .and_then(|(_, list)| list.as_any_mut().downcast_mut())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_after_the_mark_can_be_taken_back() {
        let mut notes = Notes::default();
        notes.push(1_i32);
        let mark = notes.mark();
        notes.push(2_i32);
        notes.push("later");
        assert_eq!(notes.get::<i32>(), [1, 2]);
        notes.rewind(&mark);
        assert_eq!(notes.get::<&str>(), [""; 0]);
        assert_eq!(notes.take::<i32>(), [1]);
        assert!(notes.is_empty());
    }
}
