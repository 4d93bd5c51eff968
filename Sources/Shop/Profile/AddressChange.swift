import ServiceKit

/// An address to be.
struct AddressDraft: Input {
    let text: Address.Text
    let isDefault: Bool

    init(_ form: inout Form) {
        form.refuseCardNumbers()
        text = Address.Text(
            label: form.optionalText("label", 0...50) ?? "", recipient: form.optionalText("recipient", 0...200) ?? "",
            line1: form.text("line1", 1...200), line2: form.optionalText("line2", 0...200) ?? "",
            city: form.text("city", 1...100), region: form.optionalText("region", 0...100) ?? "",
            postalCode: form.optionalText("postal_code", 0...20) ?? "",
            country: form.country(form.text("country", 2...2)),
            phone: form.optionalText("phone", 0...40) ?? "")
        isDefault = form.optionalBoolean("is_default") ?? false
    }
}

/// What is to be changed of an address; nil stays as it is.
struct AddressChange: Input {
    let label: String?
    let recipient: String?
    let line1: String?
    let line2: String?
    let city: String?
    let region: String?
    let postalCode: String?
    let country: String?
    let phone: String?
    /// Whether it becomes the default in place of another one.
    let becomesDefault: Bool

    init(_ form: inout Form) {
        form.refuseCardNumbers()
        label = form.optionalText("label", 0...50)
        recipient = form.optionalText("recipient", 0...200)
        line1 = form.optionalText("line1", 1...200)
        line2 = form.optionalText("line2", 0...200)
        city = form.optionalText("city", 1...100)
        region = form.optionalText("region", 0...100)
        postalCode = form.optionalText("postal_code", 0...20)
        let code = form.optionalText("country", 2...2)
        country = code.map { form.country($0) }
        phone = form.optionalText("phone", 0...40)
        let isDefault = form.optionalBoolean("is_default")
        if isDefault == false { form.refuse("is_default", "can only become true: make another address the default") }
        becomesDefault = isDefault ?? false
        form.requireAny(of: [
            "label", "recipient", "line1", "line2", "city", "region", "postal_code", "country", "phone", "is_default",
        ])
    }

    /// The text with the changes in it.
    func applied(to old: Address.Text) -> Address.Text {
        Address.Text(
            label: label ?? old.label, recipient: recipient ?? old.recipient, line1: line1 ?? old.line1,
            line2: line2 ?? old.line2, city: city ?? old.city, region: region ?? old.region,
            postalCode: postalCode ?? old.postalCode, country: country ?? old.country, phone: phone ?? old.phone)
    }
}

extension Form {
    /// The code of a country in capital letters.
    fileprivate mutating func country(_ code: String) -> String {
        let code = code.uppercased()
        if has("country"), !code.utf8.allSatisfy({ UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }) {
            refuse("country", "must be the two letters of ISO 3166-1, such as DE")
        }
        return code
    }
}
