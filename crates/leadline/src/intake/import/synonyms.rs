//! What columns are called, in English, German, French, Spanish, Portuguese, Italian and Dutch.

use super::target::Target;
use crate::base::text::fold;

/// The target that a header names, if it does.
pub fn target(header: &str) -> Option<Target> {
    let folded = squeezed(header);
    TABLE
        .iter()
        .find(|(_, names)| names.split(' ').any(|it| it == folded))
        .map(|(target, _)| target.clone())
}

/// Letters and digits only, in lower case, without accents: `E-Mail-Adresse` and `e_mail adresse` are one.
pub fn squeezed(header: &str) -> String {
    fold(header)
        .replace('ß', "ss")
        .chars()
        .filter(|it| it.is_alphanumeric())
        .collect()
}

/// Names as `squeezed` writes them.
const TABLE: [(Target, &str); 16] = [
    (
        Target::Email,
        "email emailaddress mail mailaddress emailid emails primaryemail workemail businessemail contactemail email1 \
         emailadresse mailadresse epost adressemail adresseemail courriel adresseelectronique mel correo correoelectronico \
         direcciondecorreo direcciondeemail correoe enderecodeemail correioeletronico correioeletronico indirizzoemail \
         postaelettronica emailadres mailadres",
    ),
    (
        Target::Phone,
        "phone phonenumber phoneno tel telephone telephonenumber mobile mobilephone mobilenumber cell cellphone \
         phone1 workphone businessphone primaryphone contactnumber whatsapp whatsappnumber telefon telefonnummer \
         telefonnr rufnummer handy handynummer mobil mobiltelefon mobilnummer telefonmobil numerodetelephone \
         portable telportable telephoneportable telmobile telefono numerodetelefono telefonomovil movil celular \
         numerodecelular telefonocelular telefone numerodetelefone telemovel cellulare telefonocellulare \
         numeroditelefono numerotelefono telefoonnummer telefoon mobiel mobielnummer gsm",
    ),
    (
        Target::FirstName,
        "firstname givenname forename fname vorname rufname prenom primernombre nombredepila primeironome prenome \
         voornaam roepnaam",
    ),
    (
        Target::LastName,
        "lastname surname familyname lname nachname familienname zuname nomdefamille apellido apellidos sobrenome \
         ultimonome apelido cognome achternaam familienaam",
    ),
    (
        Target::Name,
        "name fullname contactname leadname contact personname customername clientname vollername vollstandigername \
         kontakt kontaktname ansprechpartner kunde kundenname nom nomcomplet nometprenom prenometnom client nomduclient \
         nombre nombrecompleto nombreyapellido nombreyapellidos contacto cliente nome nomecompleto nomecognome \
         nomeecognome nominativo contatto contato naam volledigenaam contactpersoon klantnaam klant",
    ),
    (
        Target::Company,
        "company companyname organization organisation organizationname organisationname account accountname business \
         businessname employer firma firmenname firmierung unternehmen organisationsname betrieb arbeitgeber societe \
         entreprise nomdelasociete nomdelentreprise raisonsociale organisme empresa compania nombredelaempresa \
         nombreempresa razonsocial organizacion nomedaempresa razaosocial organizacao azienda societa ragionesociale \
         nomeazienda impresa bedrijf bedrijfsnaam organisatie onderneming",
    ),
    (
        Target::Title,
        "title jobtitle position role jobrole job occupation designation stelle stellenbezeichnung berufsbezeichnung \
         beruf funktion fonction poste intituleduposte metier cargo puesto titulo ocupacion profesion funcao profissao \
         ruolo posizione qualifica mansione professione functie functietitel beroep",
    ),
    (
        Target::Source,
        "source leadsource origin leadorigin channel herkunft quelle leadquelle kanal provenance origine canal fuente \
         origen fuentedellead origem fonte fontedelead fontedellead origineleads bron leadbron herkomst kanaal",
    ),
    (
        Target::Score,
        "score leadscore rating points punkte bewertung pointage puntuacion puntaje pontuacao punteggio punten",
    ),
    (
        Target::Value,
        "value amount dealvalue dealsize leadvalue opportunityvalue opportunityamount estimatedvalue expectedrevenue \
         expectedvalue price wert betrag auftragswert umsatz volumen preis valeur montant prix valor importe monto \
         precio valordonegocio preco valore importo prezzo waarde bedrag prijs",
    ),
    (
        Target::Currency,
        "currency currencycode currencyisocode wahrung wahrungscode devise monnaie moneda divisa moeda valuta",
    ),
    (
        Target::Tags,
        "tag tags label labels keywords segment segments schlagwort schlagworter schlagworte stichworter etikett \
         etiketten etiquette etiquettes motscles etiqueta etiquetas etichetta etichette tagssegmenti trefwoorden \
         labelstags",
    ),
    (
        Target::Stage,
        "stage status leadstatus leadstage pipelinestage dealstage phase stufe etappe etape statut etapa estado fase \
         estadodellead estagio situacao stato statodellead stadio",
    ),
    (
        Target::Owner,
        "owner leadowner accountowner contactowner assignedto assignee salesrep salesperson salesowner agent \
         zustandig verantwortlich verantwortlicher bearbeiter betreuer besitzer inhaber vertriebler proprietaire \
         responsable assignea commercial propietario asignadoa vendedor responsavel proprietario atribuidoa assegnatoa \
         venditore responsabile eigenaar toegewezenaan verantwoordelijke verkoper",
    ),
    (
        Target::ExternalId,
        "id externalid externid recordid leadid contactid customerid clientid crmid uid uuid leadnumber customernumber \
         kundennummer kundennr kontaktid datensatzid externeid leadnummer identifiant idexterne numeroclient \
         numerodeclient idexterno identificador numerodecliente idcliente idcontatto identificativo codicecliente \
         klantnummer klantid extern",
    ),
    (
        Target::CreatedAt,
        "createdat created createdon createdate createddate creationdate datecreated dateadded addedon signupdate \
         registrationdate erstelltam erstellt erstellungsdatum angelegtam anlagedatum eingangsdatum datedecreation \
         creele cree creadoel creado fechadecreacion fechacreacion fechadealta criadoem datadecriacao datadecadastro \
         datacriacao datacreazione datadicreazione creatoil aangemaakt aangemaaktop aanmaakdatum",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_seven_languages_find_their_field() {
        for (target_, headers) in [
            (
                Target::Email,
                &[
                    "E-mail",
                    "Email Address",
                    "E-Mail-Adresse",
                    "Courriel",
                    "Correo electrónico",
                    "E-mailadres",
                    "Indirizzo e-mail",
                ][..],
            ),
            (
                Target::Phone,
                &[
                    "Phone Number",
                    "Telefonnummer",
                    "Téléphone",
                    "Teléfono móvil",
                    "Telemóvel",
                    "Cellulare",
                    "Telefoonnummer",
                    "Celular",
                ],
            ),
            (
                Target::FirstName,
                &[
                    "First Name",
                    "Vorname",
                    "Prénom",
                    "Voornaam",
                    "Primeiro nome",
                ],
            ),
            (
                Target::LastName,
                &[
                    "last_name",
                    "Nachname",
                    "Nom de famille",
                    "Apellidos",
                    "Sobrenome",
                    "Cognome",
                    "Achternaam",
                ],
            ),
            (
                Target::Company,
                &[
                    "Company",
                    "Firma",
                    "Société",
                    "Empresa",
                    "Azienda",
                    "Bedrijfsnaam",
                    "Organisation",
                ],
            ),
            (
                Target::Owner,
                &["Lead Owner", "Zuständig", "Propriétaire", "Eigenaar"],
            ),
            (
                Target::CreatedAt,
                &[
                    "Created At",
                    "Erstellt am",
                    "Date de création",
                    "Fecha de creación",
                    "Data di creazione",
                ],
            ),
            (
                Target::Currency,
                &["Currency", "Währung", "Devise", "Moneda", "Valuta"],
            ),
        ] {
            for header in headers {
                assert_eq!(target(header).as_ref(), Some(&target_), "{header}");
            }
        }
        for unknown in ["", "Shoe size", "Notes", "email opt-in"] {
            assert_eq!(target(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn no_name_stands_for_two_fields_and_each_is_squeezed() {
        let mut seen = std::collections::HashMap::new();
        for (target, names) in &TABLE {
            for name in names.split(' ') {
                assert_eq!(squeezed(name), name);
                let before = seen.insert(name, target);
                assert!(before.is_none_or(|it| it == target), "{name}");
            }
        }
    }
}
