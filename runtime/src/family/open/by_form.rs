//! A small map whose keys are forms of records.

use super::record::Form;

/// Something for each form, in a list: the records of a family have few.
pub(super) struct ByForm<T>(Vec<(Form, T)>);

impl<T> Default for ByForm<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Default> ByForm<T> {
    pub(super) fn get_mut(&mut self, form: Form) -> Option<&mut T> {
        let at = self.find(form).ok()?;
        Some(&mut self.0[at].1)
    }

    pub(super) fn get_or_default(&mut self, form: Form) -> &mut T {
        let at = self.find(form).unwrap_or_else(|at| {
            self.0.insert(at, (form, T::default()));
            at
        });
        &mut self.0[at].1
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(&mut T) -> bool) {
        self.0.retain_mut(|(_, of_form)| keep(of_form));
    }

    fn find(&self, form: Form) -> Result<usize, usize> {
        self.0.binary_search_by_key(&form, |(form, _)| *form)
    }
}
