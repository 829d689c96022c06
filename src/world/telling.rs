//! What the scenario itself tells: log lines and measured values.

use std::sync::Arc;

use super::World;
use super::resource::Resource;
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::plan::{CodeIndex, ExtraIndex, Plan};
use crate::trace::Happening;
use crate::trace::event::Log;

impl World {
    pub(super) fn log(&mut self, plan: &Plan, id: TaskId, index: ExtraIndex) -> Result<(), Arc<ErrorValue>> {
        let log = &plan.logs[index.0 as usize];
        let text = self.text(plan, id, log.text)?;
        let text = Value::text(&*text);
        let logger = log.logger.map(|logger| self.evaluate(plan, id, logger)).transpose()?;
        let fields = log.fields.map(|fields| self.evaluate(plan, id, fields)).transpose()?;
        let fields = fields.unwrap_or_default();
        self.emit(id, Happening::Log(Box::new(Log { text, level: log.level, logger, fields })));
        Ok(())
    }

    pub(super) fn measure(
        &mut self,
        plan: &Plan,
        id: TaskId,
        series: ResourceId,
        value: CodeIndex,
    ) -> Result<(), Arc<ErrorValue>> {
        let value = self.evaluate(plan, id, value)?;
        if !matches!(value, Value::Int(_) | Value::Float(_) | Value::Duration(_)) {
            let message = format!("a number or a duration is measured, not {}", value.type_name());
            return Err(self.raise(plan, id, "TypeError", message));
        }
        if let Resource::Series(values) = &mut self.resources[series.0 as usize] {
            if let Some(first) = values.first().filter(|first| first.compare(&value).is_none()) {
                let (first, name) = (first.type_name(), self.names.resource(series));
                let message =
                    format!("series {name} began with {first}: it can't take {}", value.type_name());
                return Err(self.raise(plan, id, "TypeError", message));
            }
            values.push(value.clone());
        }
        self.emit(id, Happening::Measure(series, value));
        Ok(())
    }
}
