fn main() {
    metricset::build_info!(app);
    metricset::build_info!("my-app");
    metricset::build_info!("app", revision);
    metricset::build_info!();
    metricset::build_info!("app", revision = 5);
}
