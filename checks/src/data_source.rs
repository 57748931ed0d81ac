//! Which queries of a dashboard are PromQL: a data source of another kind has an `expr` too.

use std::collections::BTreeMap;

use crate::document::Node;
use crate::grafana::variable;

/// The kinds of the data sources that a dashboard names by a variable.
pub(crate) struct DataSources(BTreeMap<String, String>);

impl DataSources {
    pub(crate) fn of(dashboard: &Node, variables: &[Node]) -> Self {
        let chosen = variables
            .iter()
            .filter(|variable| variable.str_at("type") == Some("datasource"))
            .map(|variable| (variable.str_at("name"), variable.str_at("query")));
        // Where a dashboard was exported for others, they are asked when they import it.
        let asked = dashboard
            .get("__inputs")
            .into_iter()
            .flat_map(Node::items)
            .map(|input| (input.str_at("name"), input.str_at("pluginId")));
        let named = chosen
            .chain(asked)
            .filter_map(|(name, kind)| Some((name?.to_owned(), kind?.to_owned())));
        Self(named.collect())
    }

    /// Whether a query is PromQL; `holder` is the panel, which may say what its queries do not.
    pub(crate) fn is_prometheus(&self, query: &Node, holder: Option<&Node>) -> bool {
        let kind = self
            .kind(query)
            .or_else(|| holder.and_then(|holder| self.kind(holder)));
        kind.is_none_or(|kind| {
            let kind = kind.to_lowercase();
            // Some are forks of it: `grafana-amazonprometheus-datasource`.
            kind.contains("prometheus")
                || kind.contains("victoriametrics-metrics")
                || kind.starts_with('$')
                || kind == "null"
        })
    }

    fn kind(&self, node: &Node) -> Option<String> {
        let source = node.get("datasource")?;
        if let Some(kind) = source.str_at("type") {
            return Some(kind.to_owned());
        }
        let name = source.as_str().or_else(|| source.str_at("uid"))?;
        if let Some((name, _)) = variable(name) {
            return self.0.get(name).cloned();
        }
        // A name says nothing for certain. The other one whose queries are in `expr` is Loki.
        name.to_lowercase()
            .contains("loki")
            .then(|| "loki".to_owned())
    }
}
